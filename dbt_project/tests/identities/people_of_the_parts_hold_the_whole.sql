{{ config(meta={'dagster': {'ref': {'name': 'fct_live_channel'}}}) }}
-- METRICS 15.5 for people: a LIVE has at least those of its largest part, at most those of all.
with channels as (
    select
        live_id,
        max(viewers) as most_viewers,
        sum(viewers) as all_viewers
    from {{ ref('fct_live_channel') }}
    group by live_id
),

minutes as (
    select
        live_id,
        max(peak_concurrent) as peak_concurrent
    from {{ ref('fct_live_minute') }}
    group by live_id
)

select
    whole.live_id,
    whole.viewers,
    channels.most_viewers,
    channels.all_viewers,
    whole.pcu,
    minutes.peak_concurrent
from {{ ref('fct_live_session') }} as whole
left join channels on whole.live_id = channels.live_id
left join minutes on whole.live_id = minutes.live_id
where
    whole.viewers not between channels.most_viewers and channels.all_viewers
    or whole.pcu <> minutes.peak_concurrent
