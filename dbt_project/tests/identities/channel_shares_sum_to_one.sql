-- METRICS 15.7.
select
    live_id,
    sum(channel_view_share) as view_shares,
    sum(channel_impression_share) as impression_shares
from {{ ref('live_channels') }}
group by live_id
having
    abs(sum(channel_view_share) - 1) > 1e-9
    or abs(sum(channel_impression_share) - 1) > 1e-9
