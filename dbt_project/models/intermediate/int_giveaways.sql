-- Who took part in a giveaway, and who followed for it and stayed for 7 days.
-- Grain: one row per live_id, subject_id and start_ts of a giveaway.

with giveaways as (
    select * from {{ ref('int_promotions') }}
    where kind = 'giveaway'
),

events as (
    select * from {{ ref('int_sparse_events') }}
    where event_type in ('giveaway_entry', 'follow', 'unfollow')
),

views as (
    select
        *,
        coalesce(ended_ts, timestamp '9999-12-31 00:00:00') as present_until_ts
    from {{ ref('int_views') }}
),

as_of as (
    select * from {{ ref('int_as_of') }}
),

entries as (
    select
        giveaways.live_id,
        giveaways.subject_id,
        giveaways.start_ts,
        giveaways.end_ts,
        events.event_id,
        events.viewer_id
    from giveaways
    inner join events
        on
            giveaways.live_id = events.live_id
            and giveaways.subject_id = events.promo_id
            and giveaways.start_ts <= events.event_ts
            and giveaways.end_ts >= events.event_ts
    where events.event_type = 'giveaway_entry'
),

entered as (
    select
        entries.live_id,
        entries.subject_id,
        entries.start_ts,
        count(distinct entries.event_id) as giveaway_entries,
        count(distinct views.viewer_id) as giveaway_entrants
    from entries
    left join views
        on
            entries.live_id = views.live_id
            and entries.viewer_id = views.viewer_id
            and entries.end_ts >= views.entered_ts
            and entries.start_ts <= views.present_until_ts
    group by entries.live_id, entries.subject_id, entries.start_ts
),

followers as (
    select
        giveaways.live_id,
        giveaways.subject_id,
        giveaways.start_ts,
        giveaways.creator_id,
        events.viewer_id,
        min(events.event_ts) as followed_ts,
        min(events.event_ts) + interval '7' day as kept_until_ts
    from giveaways
    inner join events
        on
            giveaways.live_id = events.live_id
            and giveaways.start_ts <= events.event_ts
            and giveaways.end_ts >= events.event_ts
    where events.event_type = 'follow' and events.origin = 'giveaway'
    group by
        giveaways.live_id, giveaways.subject_id, giveaways.start_ts, giveaways.creator_id,
        events.viewer_id
),

followed as (
    select
        followers.live_id,
        followers.subject_id,
        followers.start_ts,
        count(distinct followers.viewer_id) as giveaway_followers,
        count(distinct unfollows.viewer_id) as lost_followers
    from followers
    left join events as unfollows
        on
            followers.creator_id = unfollows.creator_id
            and followers.viewer_id = unfollows.viewer_id
            and followers.followed_ts < unfollows.event_ts
            and followers.kept_until_ts >= unfollows.event_ts
            and unfollows.event_type = 'unfollow'
    group by followers.live_id, followers.subject_id, followers.start_ts
)

select
    giveaways.live_id,
    giveaways.subject_id,
    giveaways.start_ts,
    coalesce(entered.giveaway_entries, 0) as giveaway_entries,
    coalesce(entered.giveaway_entrants, 0) as giveaway_entrants,
    coalesce(followed.giveaway_followers, 0) as giveaway_followers,
    case
        when giveaways.end_ts + interval '7' day <= as_of.as_of_ts
            then coalesce(followed.giveaway_followers - followed.lost_followers, 0)
    end as giveaway_followers_kept_7d
from giveaways
cross join as_of
left join entered
    on
        giveaways.live_id = entered.live_id
        and giveaways.subject_id = entered.subject_id
        and giveaways.start_ts = entered.start_ts
left join followed
    on
        giveaways.live_id = followed.live_id
        and giveaways.subject_id = followed.subject_id
        and giveaways.start_ts = followed.start_ts
