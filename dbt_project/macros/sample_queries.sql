{# One query to start from for each mart; a test runs every one on a release. #}
{% macro sample_queries() -%}
{{ return(answer_queries() + [
    {'mart': 'live_sessions', 'question': 'Which LIVEs sold most, and how well did they convert?',
     'query': 'select live_id, creator_id, views, live_ctr, ctor, gmv from marts.live_sessions'
        ~ ' order by gmv desc nulls last, live_id limit 10'},
    {'mart': 'live_minutes', 'question': 'How did the biggest LIVE go, minute by minute?',
     'query': 'select minute_index, impressions, views, err, peak_concurrent, gmv'
        ~ ' from marts.live_minutes where live_id = (select live_id from marts.live_sessions'
        ~ ' order by views desc nulls last, live_id limit 1) order by minute_index'},
    {'mart': 'live_dips', 'question': 'Where did the LIVEs dip, and what ran then?',
     'query': 'select live_id, metric, start_ts, end_ts, dip_kind, dip_depth, pinned_product_id,'
        ~ ' had_no_pin, had_flash_sale, had_giveaway, had_ad, had_violation'
        ~ ' from marts.live_dips order by dip_z desc, live_id, metric, start_ts limit 20'},
    {'mart': 'live_trends', 'question': 'Which LIVEs hold their impressions and their ERR?',
     'query': 'select live_id, dip_count, dip_minutes, unison_corr, trend_slope_impressions,'
        ~ ' trend_slope_err, is_stable_or_rising from marts.live_trends'
        ~ ' order by dip_minutes desc nulls last, live_id limit 20'},
    {'mart': 'event_effects', 'question': 'Did the giveaway raise comments and follows, and how much is organic?',
     'query': 'select live_id, start_ts, metric, rate_before, rate_during, effect_ratio, ci_low,'
        ~ ' ci_high from marts.event_effects where kind = \'giveaway\' and metric in'
        ~ ' (\'comment_rate\', \'organic_comments\', \'follow_rate\', \'organic_follows\')'
        ~ ' order by live_id, start_ts, metric limit 40'},
    {'mart': 'event_effects', 'question': 'Did the flash sale raise volume or only discount?',
     'query': 'select live_id, start_ts, metric, effect_ratio, ci_low, ci_high,'
        ~ ' flash_sale_incremental_units from marts.event_effects where kind = \'flash_sale\''
        ~ ' and metric in (\'units_sold\', \'gmv\', \'ctor\')'
        ~ ' order by live_id, start_ts, metric limit 30'},
    {'mart': 'event_effects', 'question': 'What did a violation cost in reach, and is its type new to the creator?',
     'query': 'select live_id, start_ts, violation_type, is_new_violation_type, effect_ratio,'
        ~ ' ci_low, ci_high, violation_reach_cost from marts.event_effects'
        ~ ' where kind = \'violation_hour\' and metric = \'impressions\''
        ~ ' order by violation_reach_cost desc nulls last, live_id, start_ts limit 20'},
    {'mart': 'live_channels', 'question': 'Which channels bring people into the rooms?',
     'query': 'select channel, sum(impressions) as impressions, sum(views) as views,'
        ~ ' err(views, impressions) as err from marts.live_channels'
        ~ ' group by channel order by views desc nulls last, channel'},
    {'mart': 'live_funnels', 'question': 'Where do followers and others drop out?',
     'query': 'select audience, sum(impressions) as impressions, sum(views) as views,'
        ~ ' sum(product_clicks) as product_clicks, sum(sku_orders) as sku_orders,'
        ~ ' sum(gmv) as gmv from marts.live_funnels group by audience order by audience'},
    {'mart': 'live_products', 'question': 'Which products are shown often and bought seldom?',
     'query': 'select product_id, sum(product_impressions) as product_impressions,'
        ~ ' product_ctr(product_clicks, product_impressions) as product_ctr,'
        ~ ' ctor(sku_orders, product_clicks) as ctor from marts.live_products'
        ~ ' group by product_id order by product_impressions desc, product_id limit 10'},
    {'mart': 'live_review', 'question': 'Which three metrics were worst in the latest LIVE, again, and when were they best?',
     'query': 'select worst_rank, metric, bucket, metric_value, market_median, metric_dev_market,'
        ~ ' is_repeat_offender, same_bucket, last_best_date, last_best_pins, last_best_promotions'
        ~ ' from marts.live_review where live_id = (select live_id from marts.live_review'
        ~ ' where worst_rank = 1 order by live_start_ts desc, live_id limit 1)'
        ~ ' and worst_rank is not null order by worst_rank'},
    {'mart': 'market_benchmarks', 'question': 'What is usual in a market?',
     'query': 'select market, category, metric, market_creators, lower_quartile, market_median,'
        ~ ' upper_quartile from marts.market_benchmarks where benchmark_date ='
        ~ ' (select max(benchmark_date) from marts.market_benchmarks)'
        ~ ' order by market, category, metric limit 24'},
    {'mart': 'live_promotions', 'question': 'Did the giveaways and flash sales bring anything?',
     'query': 'select kind, live_id, start_ts, new_follows_gross, organic_follow_share,'
        ~ ' sku_orders, gmv from marts.live_promotions order by gmv desc nulls last,'
        ~ ' live_id, start_ts limit 10'},
    {'mart': 'gifters', 'question': 'Who gives most to whom?',
     'query': 'select creator_id, viewer_id, gifts_sent, diamonds, gifter_diamond_share from'
        ~ ' marts.gifters where diamonds_rank <= 3 order by creator_id, diamonds_rank,'
        ~ ' viewer_id limit 20'},
    {'mart': 'gifter_cohorts', 'question': 'Do new gifters gift again in the weeks after?',
     'query': 'select market, weeks_later, sum(cohort_gifters) as cohort_gifters,'
        ~ ' sum(gifters_back) as gifters_back,'
        ~ ' sum(gifters_back) / sum(cohort_gifters) as gifter_return_rate'
        ~ ' from marts.gifter_cohorts where gifters_back is not null'
        ~ ' group by market, weeks_later order by market, weeks_later'},
    {'mart': 'live_aftermath', 'question': 'What changed for the account after its last LIVEs?',
     'query': 'select creator_id, live_id, views_7d_before, views_7d_after, gmv_7d_before,'
        ~ ' gmv_7d_after, followers_at_start, followers_7d_after from marts.live_aftermath'
        ~ ' order by live_start_ts desc, live_id limit 10'},
    {'mart': 'creator_reviews', 'question': 'What dipped in the latest week of each account?',
     'query': 'select creator_id, metric, metric_value, previous_value, usual_value, week_dev,'
        ~ ' is_dip from marts.creator_reviews where report_week ='
        ~ ' (select max(report_week) from marts.creator_reviews)'
        ~ ' order by week_dev nulls last, creator_id, metric limit 20'},
    {'mart': 'creator_slots', 'question': 'Which hour and which length suit a creator?',
     'query': 'select creator_id, slot_kind, slot, lives, slot_lift, slot_lift_low,'
        ~ ' slot_lift_high, is_surely_better from marts.creator_slots where slot_rank = 1'
        ~ ' order by slot_lift desc, creator_id, slot_kind limit 20'},
    {'mart': 'creators_daily', 'question': 'How did a creator do day by day?',
     'query': 'select creator_id, report_date, lives, views, err, gmv, diamonds from'
        ~ ' marts.creators_daily order by creator_id, report_date limit 20'},
    {'mart': 'creators_weekly', 'question': 'How regular is a creator, and do viewers come back?',
     'query': 'select creator_id, report_week, lives, valid_live_days, schedule_regularity,'
        ~ ' wow_return_rate, gmv from marts.creators_weekly order by report_week desc,'
        ~ ' creator_id limit 20'},
    {'mart': 'creator_retention', 'question': 'Do new creators go live again?',
     'query': 'select market, first_live_date, cohort_creators, creator_d1_retention,'
        ~ ' creator_d7_retention from marts.creator_retention order by market,'
        ~ ' first_live_date limit 20'},
    {'mart': 'viewer_retention', 'question': 'Do new viewers come back?',
     'query': 'select viewer_market, first_view_date, cohort_viewers, viewer_d1_retention,'
        ~ ' viewer_d7_retention from marts.viewer_retention order by viewer_market,'
        ~ ' first_view_date limit 20'},
    {'mart': 'audience_overlap', 'question': 'Which creators share their audience?',
     'query': 'select creator_a, creator_b, viewers_both, audience_overlap_jaccard from'
        ~ ' marts.audience_overlap order by viewers_both desc, creator_a, creator_b limit'
        ~ ' 10'},
    {'mart': 'schedule', 'question': 'When does a creator go live, and when does it pay?',
     'query': 'select creator_id, start_weekday, start_hour, lives, acu, gmv_per_hour from'
        ~ ' marts.schedule order by creator_id, gmv_per_hour desc nulls last,'
        ~ ' start_weekday, start_hour limit 20'},
    {'mart': 'markets_weekly', 'question': 'How do the markets compare?',
     'query': 'select report_week, market, lives, views, err, market_gap, gmv from'
        ~ ' marts.markets_weekly order by report_week desc, market limit 20'},
]) }}
{%- endmacro %}
