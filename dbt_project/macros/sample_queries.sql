{# One query to start from for each mart; a test runs every one on a release. #}
{% macro sample_queries() -%}
{{ return(answer_queries() + [
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
    {'mart': 'live_sessions', 'question': 'Which LIVEs sold most, and how well did they convert?',
     'query': 'select live_id, creator_id, views, live_ctr, ctor, gmv from marts.live_sessions'
        ~ ' order by gmv desc nulls last, live_id limit 10'},
    {'mart': 'live_minutes', 'question': 'How did the biggest LIVE go, minute by minute?',
     'query': 'select minute_index, impressions, views, err, peak_concurrent, gmv'
        ~ ' from marts.live_minutes where live_id = (select live_id from marts.live_sessions'
        ~ ' order by views desc nulls last, live_id limit 1) order by minute_index'},
    {'mart': 'live_trends', 'question': 'Which LIVEs hold their impressions and their ERR?',
     'query': 'select live_id, dip_count, dip_minutes, unison_corr, trend_slope_impressions,'
        ~ ' trend_slope_err, is_stable_or_rising from marts.live_trends'
        ~ ' order by dip_minutes desc nulls last, live_id limit 20'},
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
    {'mart': 'creators_daily', 'question': 'How did a creator do day by day?',
     'query': 'select creator_id, report_date, lives, views, err, gmv, diamonds from'
        ~ ' marts.creators_daily order by creator_id, report_date limit 20'},
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
