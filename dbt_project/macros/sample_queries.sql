{# One query to start from for each mart; a test runs every one on a release. #}
{% macro sample_queries() -%}
{{ return([
    {'mart': 'live_sessions', 'question': 'Which LIVEs sold most, and how well did they convert?',
     'query': 'select live_id, creator_id, views, live_ctr, ctor, gmv from marts.live_sessions'
        ~ ' order by gmv desc nulls last, live_id limit 10'},
    {'mart': 'live_minutes', 'question': 'How did the biggest LIVE go, minute by minute?',
     'query': 'select minute_index, impressions, views, err, peak_concurrent, gmv'
        ~ ' from marts.live_minutes where live_id = (select live_id from marts.live_sessions'
        ~ ' order by views desc nulls last, live_id limit 1) order by minute_index'},
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
]) }}
{%- endmacro %}
