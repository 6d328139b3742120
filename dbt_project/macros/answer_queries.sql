{# One query on one mart for each question that a team asks after a LIVE or a week. #}
{% macro answer_queries() -%}
{{ return([
    {'mart': 'live_sessions', 'question': 'Was a product pinned at all times?',
     'query': 'select live_id, pin_coverage, longest_no_pin_sec, pin_coverage = 1 as is_always_pinned'
        ~ ' from marts.live_sessions order by longest_no_pin_sec desc nulls last, live_id limit 10'},
    {'mart': 'live_sessions', 'question': 'Did the scheduled LIVE event and its notifications bring people?',
     'query': 'select live_id, start_punctuality_sec, event_registrations, event_show_rate,'
        ~ ' notifications_sent, notif_open_rate, notif_to_join_rate from marts.live_sessions'
        ~ ' where event_registrations > 0 or notifications_sent > 0'
        ~ ' order by event_registrations desc nulls last, live_id limit 10'},
    {'mart': 'live_sessions', 'question': 'Which sponsored LIVEs reached an engaged audience?',
     'query': 'select live_id, sponsor, viewers, sponsor_reach_engaged, engaged_viewer_rate,'
        ~ ' avg_watch_sec_per_viewer from marts.live_sessions where sponsor is not null'
        ~ ' order by sponsor_reach_engaged desc nulls last, live_id limit 10'},
    {'mart': 'gmv_changes', 'question': 'Why did GMV change from one week, or LIVE, to the next?',
     'query': 'select creator_id, period_start, gmv_before, gmv, largest_step,'
        ~ ' gmv_decomposition_impressions, gmv_decomposition_err, gmv_decomposition_live_ctr,'
        ~ ' gmv_decomposition_ctor, gmv_decomposition_gmv_per_sku_order from marts.gmv_changes'
        ~ ' order by abs(gmv_change) desc nulls last, creator_id, period, period_id limit 10'},
    {'mart': 'gmv_changes_by_channel', 'question': 'Did the channels convert better, or did the mix change?',
     'query': 'select creator_id, period_start, sum(gmv_change) as gmv_change,'
        ~ ' sum(gmv_decomposition_channel_view_share) as mix,'
        ~ ' max_by(channel, gmv_decomposition_channel_view_share) as channel_that_gained'
        ~ ' from marts.gmv_changes_by_channel group by creator_id, period, period_id, period_start'
        ~ ' order by abs(mix) desc nulls last, creator_id, period, period_id limit 10'},
    {'mart': 'rewards_progress', 'question': 'What will a creator earn this week, and what is missing?',
     'query': 'select creator_id, report_week, has_week_ended, reward_pct_so_far, reward_pct_earned,'
        ~ ' est_earnings_so_far, next_metric, next_missing, next_reward_share'
        ~ ' from marts.rewards_progress order by report_week desc, next_missing_share nulls last,'
        ~ ' creator_id limit 20'},
    {'mart': 'battles', 'question': 'Who won, did it pay, and did the opponent send followers?',
     'query': 'select battle_id, creator_id, result, diamonds_result, battle_diamonds,'
        ~ ' battle_profit_lift, cross_audience_follows from marts.battles'
        ~ ' order by battle_profit_lift desc nulls last, battle_id, live_id limit 10'},
    {'mart': 'loyal_viewers', 'question': 'Who are the returning viewers and supporters, and are they coming back?',
     'query': 'select creator_id, viewer_id, lives_watched, engaged_acts, gift_events_settled,'
        ~ ' is_supporter, days_since_last_visit, is_overdue from marts.loyal_viewers'
        ~ ' order by lives_watched desc, engaged_acts desc nulls last, creator_id, viewer_id limit 20'},
    {'mart': 'categories', 'question': 'Which content category works, and do guests or battles help?',
     'query': 'select metric, market, category, company, lives, metric_value, metric_lower, metric_upper'
        ~ ' from marts.categories order by metric, market, metric_value desc nulls last, category,'
        ~ ' company limit 40'},
    {'mart': 'platform_weekly', 'question': 'What share of weekly actives watch and engage, by market and region?',
     'query': 'select report_week, scope, place, weekly_active_users, live_reach_share_wau,'
        ~ ' live_engage_share_wau, people_exposed, people_viewed, people_engaged, people_paid'
        ~ ' from marts.platform_weekly order by report_week desc, scope, place limit 20'},
    {'mart': 'guardrails', 'question': 'Does anything grow at the price of people?',
     'query': 'select report_week, market, growth_metric, growth_change, guardrail_metric,'
        ~ ' guardrail_before, guardrail_value, is_wrong_way from marts.guardrails'
        ~ ' order by is_wrong_way desc nulls last, report_week desc, market, guardrail_metric limit 20'},
]) }}
{%- endmacro %}
