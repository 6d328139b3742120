{# The twenty questions that a team asks after a LIVE or a week (REQUIREMENTS A9, by its numbers), each
   a query on one mart, with how its answer is read and how sure it is: docs/questions.md. #}
{% macro answer_queries() -%}
{{ return([
    {'number': 1, 'mart': 'live_review',
     'question': 'Which three metrics were worst in the latest LIVE, are they repeat offenders, and '
        ~ 'all in one bucket?',
     'query': 'select worst_rank, metric, bucket, metric_value, market_median, metric_dev_market,'
        ~ ' is_repeat_offender, same_bucket from marts.live_review where worst_rank is not null'
        ~ ' and live_id = (select live_id from marts.live_review where worst_rank = 1'
        ~ ' order by live_start_ts desc, live_id limit 1) order by worst_rank',
     'reading': 'metric_dev_market counts robust standard deviations from the market without this '
        ~ 'creator: below -2 is rare, between -1 and 0 is nothing; fewer than ten other '
        ~ 'creators give no ranks, and why_not_ranked says so.'},
    {'number': 2, 'mart': 'live_review',
     'question': 'When did these metrics last do best, and what was pinned and promoted then?',
     'query': 'select metric, metric_value, last_best_date, last_best_value, last_best_pins,'
        ~ ' last_best_promotions from marts.live_review where worst_rank is not null'
        ~ ' and live_id = (select live_id from marts.live_review where worst_rank = 1'
        ~ ' order by live_start_ts desc, live_id limit 1) order by worst_rank',
     'reading': 'A best day is one LIVE, so part of it is luck, and what ran then need not be why; '
        ~ 'scripts are in no dump, only pins and promotions are.'},
    {'number': 3, 'mart': 'live_dips',
     'question': 'Where did the LIVEs dip, and what ran then?',
     'query': 'select live_id, metric, start_ts, dip_minutes, dip_kind, dip_depth, dip_z, pinned_product_id,'
        ~ ' had_no_pin, had_flash_sale, had_giveaway, had_violation'
        ~ ' from marts.live_dips order by dip_z desc, live_id, metric, start_ts limit 20',
     'reading': 'dip_depth is the share of the usual rate that was lost; by chance alone a window '
        ~ 'comes this far out about once in 100 000, but a LIVE with few counts can dip unseen '
        ~ '(marts.live_trends.metrics_searched).'},
    {'number': 4, 'mart': 'event_effects',
     'question': 'What did a violation cost in reach, and is its type new to the creator?',
     'query': 'select live_id, start_ts, violation_type, is_new_violation_type, effect_ratio,'
        ~ ' ci_low, ci_high, violation_reach_cost from marts.event_effects'
        ~ ' where kind = \'violation_hour\' and metric = \'impressions\''
        ~ ' order by violation_reach_cost desc nulls last, live_id, start_ts limit 20',
     'reading': 'violation_reach_cost is how many impressions the hour after it lacks; it is sure '
        ~ 'only where ci_high lies below 1, and a type is new as far as the data goes back.'},
    {'number': 5, 'mart': 'live_channels',
     'question': 'Which channel share moved in the latest LIVE, and came fewer followers than usual?',
     'query': 'select channel, channel_view_share, channel_view_share_own_avg,'
        ~ ' channel_view_share - channel_view_share_own_avg as moved, lives.follower_view_share,'
        ~ ' lives.follower_view_share_own_avg from marts.live_channels'
        ~ ' join marts.live_sessions as lives using (live_id)'
        ~ ' where live_id = (select live_id from marts.live_sessions'
        ~ ' order by live_start_ts desc, live_id limit 1)'
        ~ ' order by abs(moved) desc nulls last, channel',
     'reading': 'moved is against the creator\'s last five qualifying LIVEs; a share among n views '
        ~ 'swings by about 1 / sqrt(n), so 100 views move it by up to 0.1 without cause.'},
    {'number': 6, 'mart': 'live_products',
     'question': 'How do CTR and CTOR of the room and of pinned products compare with own and market '
        ~ 'averages?',
     'query': 'select product_id, products.product_ctr, pinned_ctr_own_avg, pinned_ctr_market_avg,'
        ~ ' products.ctor as product_ctor, pinned_ctor_own_avg, pinned_ctor_market_avg,'
        ~ ' lives.live_ctr, live_ctr_own_avg, live_ctr_market_avg, lives.ctor, ctor_own_avg,'
        ~ ' ctor_market_avg from marts.live_products as products'
        ~ ' join marts.live_sessions as lives using (live_id)'
        ~ ' where is_pinned and live_id = (select live_id from marts.live_sessions'
        ~ ' order by live_start_ts desc, live_id limit 1)'
        ~ ' order by products.product_clicks desc nulls last, product_id',
     'reading': 'The averages leave this LIVE out and are NULL on too few earlier LIVEs; a CTOR on '
        ~ 'fewer than 30 orders (is_small_sample) says little.'},
    {'number': 7, 'mart': 'live_sessions',
     'question': 'Was a product pinned at all times?',
     'query': 'select live_id, pin_coverage, longest_no_pin_sec, pin_coverage = 1 as is_always_pinned'
        ~ ' from marts.live_sessions order by longest_no_pin_sec desc nulls last, live_id limit 10',
     'reading': 'Exact, from the pins and unpins that came, pauses left out; NULL where the source '
        ~ 'tells of no products.'},
    {'number': 8, 'mart': 'live_aftermath',
     'question': 'What changed for the account after its last LIVEs?',
     'query': 'select creator_id, live_id, report_date, views_7d_before, views_7d_after, gmv_7d_before,'
        ~ ' gmv_7d_after, followers_at_start, followers_7d_after from marts.live_aftermath'
        ~ ' order by views_7d_after is null, live_start_ts desc, live_id limit 10',
     'reading': 'Seven days before and after, which other LIVEs share, so a change need not come from'
        ~ ' this one; after stays NULL until the seven days have passed.'},
    {'number': 8, 'mart': 'creator_reviews',
     'question': 'What dipped in the latest week of each account?',
     'query': 'select creator_id, metric, metric_value, previous_value, usual_value, week_dev, is_dip'
        ~ ' from marts.creator_reviews where report_week = (select max(report_week)'
        ~ ' from marts.creator_reviews) order by week_dev nulls last, creator_id, metric limit 20',
     'reading': 'week_dev counts robust deviations from the creator\'s weeks before; it needs three of'
        ~ ' them, and on so few even a large one is weak; totals stay NULL until the week is '
        ~ 'over.'},
    {'number': 9, 'mart': 'live_sessions',
     'question': 'Did the scheduled LIVE event and its notifications bring people?',
     'query': 'select live_id, start_punctuality_sec, event_registrations, event_show_rate,'
        ~ ' notifications_sent, notif_open_rate, notif_to_join_rate from marts.live_sessions'
        ~ ' where event_registrations > 0 or notifications_sent > 0'
        ~ ' order by event_registrations desc nulls last, live_id limit 10',
     'reading': 'notif_to_join_rate is who entered within 15 minutes, which some would have done '
        ~ 'anyway; each rate has bounds beside it (_low, _high).'},
    {'number': 10, 'mart': 'event_effects',
     'question': 'Did the giveaway raise comments and follows, and how much is organic?',
     'query': 'select live_id, start_ts, metric, rate_before, rate_during, effect_ratio, ci_low,'
        ~ ' ci_high from marts.event_effects where kind = \'giveaway\' and metric in'
        ~ ' (\'comment_rate\', \'organic_comments\', \'follow_rate\', \'organic_follows\')'
        ~ ' order by effect_ratio is null, live_id, start_ts, metric limit 40',
     'reading': 'It raised a rate surely where ci_low lies above 1, and the organic row shows what is'
        ~ ' left without the acts that the giveaway asked for; follows are mostly too few to '
        ~ 'tell, and watch time is not judged by the minute.'},
    {'number': 11, 'mart': 'event_effects',
     'question': 'Did the flash sale raise volume or only discount?',
     'query': 'select live_id, start_ts, metric, effect_ratio, ci_low, ci_high,'
        ~ ' flash_sale_incremental_units from marts.event_effects where kind = \'flash_sale\''
        ~ ' and metric in (\'units_sold\', \'gmv\', \'ctor\')'
        ~ ' order by effect_ratio is null, live_id, start_ts, metric limit 30',
     'reading': 'Volume rose surely where ci_low of units_sold lies above 1; where orders are few all'
        ~ ' of it is NULL, which is not the same as no effect.'},
    {'number': 12, 'mart': 'battles',
     'question': 'Who won, did it pay, and did the opponent send followers?',
     'query': 'select battle_id, creator_id, result, diamonds_result, battle_diamonds,'
        ~ ' battle_profit_lift, cross_audience_follows from marts.battles'
        ~ ' order by battle_profit_lift desc nulls last, battle_id, live_id limit 10',
     'reading': 'result is what the feed says and diamonds_result what the gifts say; '
        ~ 'battle_profit_lift compares with the creator\'s other minutes and has no interval, so'
        ~ ' judge it over many battles.'},
    {'number': 13, 'mart': 'loyal_viewers',
     'question': 'Who are the returning viewers and supporters, and are they coming back?',
     'query': 'select creator_id, viewer_id, lives_watched, engaged_acts, gift_events_settled,'
        ~ ' is_supporter, days_since_last_visit, is_overdue from marts.loyal_viewers'
        ~ ' order by lives_watched desc, engaged_acts desc nulls last, days_since_last_visit, creator_id,'
        ~ ' viewer_id limit 20',
     'reading': 'is_overdue means away for more than twice the own usual pause, a hint and no '
        ~ 'forecast; it is NULL below three visits, and viewers stand under pseudonyms.'},
    {'number': 14, 'mart': 'rewards_progress',
     'question': 'What will a creator earn this week, and what is missing?',
     'query': 'select creator_id, report_week, has_week_ended, reward_pct_so_far, reward_pct_earned,'
        ~ ' est_earnings_so_far, next_metric, next_missing, next_reward_share'
        ~ ' from marts.rewards_progress order by report_week desc, next_missing_share nulls last,'
        ~ ' creator_id limit 20',
     'reading': 'so_far is exact for what has come, reward_pct_earned is NULL until the week has '
        ~ 'ended, and nothing here guesses the days to come.'},
    {'number': 15, 'mart': 'creators_weekly',
     'question': 'How regular is a creator, and do viewers come back?',
     'query': 'select creator_id, report_week, lives, valid_live_days, consistency_streak_weeks,'
        ~ ' schedule_regularity, wow_return_rate from marts.creators_weekly'
        ~ ' order by wow_return_rate is null, report_week desc, creator_id limit 20',
     'reading': 'schedule_regularity is 1 for the same time of day and 0 for starts spread over the '
        ~ 'day; it needs three LIVEs in the week, and wow_return_rate is NULL until the week '
        ~ 'after it is over.'},
    {'number': 16, 'mart': 'creator_slots',
     'question': 'Which hour and which length suit a creator?',
     'query': 'select creator_id, slot_kind, slot, lives, slot_lift, slot_lift_low, slot_lift_high,'
        ~ ' is_surely_better from marts.creator_slots where slot_rank = 1'
        ~ ' order by slot_lift desc, creator_id, slot_kind limit 20',
     'reading': 'slot_lift 1.2 is a fifth more views an hour than this creator usually draws; it is '
        ~ 'sure only where slot_lift_low lies above 1, and shows what goes together, not what '
        ~ 'causes what.'},
    {'number': 17, 'mart': 'platform_weekly',
     'question': 'What share of weekly actives watch and engage, by market and region?',
     'query': 'select report_week, scope, place, weekly_active_users, live_reach_share_wau,'
        ~ ' live_engage_share_wau, people_viewed, people_engaged'
        ~ ' from marts.platform_weekly order by report_week desc, scope, place limit 20',
     'reading': 'The users of the app come from the reference data and are as right as those; a week '
        ~ 'that is not over counts only what came so far.'},
    {'number': 18, 'mart': 'guardrails',
     'question': 'Does anything grow at the price of people?',
     'query': 'select report_week, market, growth_metric, growth_change, guardrail_metric,'
        ~ ' guardrail_before, guardrail_value, is_wrong_way from marts.guardrails'
        ~ ' order by is_wrong_way desc nulls last, is_growing desc nulls last, report_week desc, market,'
        ~ ' guardrail_metric limit 20',
     'reading': 'is_wrong_way means more than a tenth worse than the week before; rates of rare acts,'
        ~ ' such as reports, get there by chance, so look whether it goes on.'},
    {'number': 19, 'mart': 'categories',
     'question': 'Which content category works, and do guests or battles help?',
     'query': 'select metric, market, category, company, lives, metric_value, metric_lower, metric_upper'
        ~ ' from marts.categories order by metric, market, metric_value desc nulls last, category,'
        ~ ' company limit 40',
     'reading': 'Two rows differ surely only where their intervals do not overlap; the bounds are '
        ~ 'NULL below five LIVEs, and creators who have guests may differ in more than that.'},
    {'number': 20, 'mart': 'live_sessions',
     'question': 'Which sponsored LIVEs reached an engaged audience?',
     'query': 'select live_id, sponsor, viewers, sponsor_reach_engaged, engaged_viewer_rate,'
        ~ ' avg_watch_sec_per_viewer from marts.live_sessions where sponsor is not null'
        ~ ' order by sponsor_reach_engaged desc nulls last, live_id limit 10',
     'reading': 'Counts are exact; engaged_viewer_rate has bounds beside it (_low, _high).'},
]) }}
{%- endmacro %}
