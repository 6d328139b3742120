-- Messages of the webcast feed in the one shape that all sources share, gifts settled.
-- Grain: one row per event_id.

with messages as (
    select * from {{ source('raw', 'webcast_messages') }}
),

gifts as (
    select * from {{ ref('stg_webcast__gifts') }}
),

battles as (
    select * from {{ ref('stg_webcast__battles') }}
),

-- The room's owner, seen in its gifts, follows and battles, else as the capture names the host.
hosts as (
    select
        live_id,
        coalesce(min(host_id), min(capture_host_id), min(host_handle)) as creator_id
    from messages
    group by live_id
),

-- Of a streak's frames only the one whose id the settled gift took stays.
modelled as (
    select
        messages.*,
        hosts.creator_id,
        split_part(messages.enter_source, '-', 1) as enter_page,
        split_part(messages.enter_source, '-', 2) as enter_element,
        gifts.quantity,
        gifts.gift_coins,
        gifts.coins,
        gifts.is_follower as is_gifter_follower,
        gifts.event_ts as gift_ts,
        gifts.received_ts as gift_received_ts,
        battles.step as battle_step,
        battles.step_id,
        battles.step_ts
    from messages
    inner join hosts on messages.live_id = hosts.live_id
    left join gifts on messages.event_id = gifts.event_id
    left join battles on messages.event_id = battles.event_id
    where
        messages.is_modelled
        and (messages.kind <> 'gift' or gifts.event_id is not null)
),

-- The contract's words; what it has no word for keeps the feed's own.
typed as (
    select
        *,
        case
            when kind = 'join' then 'room_enter'
            when kind = 'viewer_stats' then 'viewer_count'
            when kind = 'control' and control_action = 'paused' then 'live_pause'
            when kind = 'control' and control_action = 'unpaused' then 'live_resume'
            when kind = 'control' and control_action in ('ended', 'suspended') then 'live_end'
            when battle_step is not null then battle_step
            -- a moderator's removal names the messages or, as a rule, only their writer
            when kind = 'comment_delete' and deleted_event_id is null then 'moderation_action'
            -- the box leaves the screen: no second box
            when kind = 'treasure_box' and box_display = 'HIDE' then 'treasure_box_hidden'
            else kind
        end as event_type
    from modelled
)

select
    -- keys
    'webcast' as source,
    coalesce(step_id, event_id) as event_id,
    event_type,
    coalesce(step_ts, gift_ts, event_ts) as event_ts,
    coalesce(gift_received_ts, received_ts) as received_ts,
    live_id,
    creator_id,
    viewer_id,

    -- who and from where
    cast(null as string) as market,
    case
        when kind <> 'join' or enter_source is null then null
        when enter_page = 'homepage_hot' and enter_element = 'video_head' then 'short_video'
        when enter_page in ('homepage_hot', 'homepage_fresh') then 'fyp'
        when enter_page in ('homepage_follow', 'following') then 'following'
        when enter_page in ('push', 'inner_push', 'message', 'chat', 'inbox') then 'inbox'
        when enter_page in ('search_result', 'general_search', 'search') then 'search'
        when enter_page in ('others_homepage', 'personal_homepage', 'profile') then 'profile'
        when enter_page like 'share%' then 'share'
        else 'other'
    end as channel,
    coalesce(is_gifter_follower, is_follower) as is_follower,
    cast(null as string) as view_id,
    cast(null as boolean) as is_paid,

    -- engagement
    comment_length,
    is_question,
    cast(null as string) as origin,
    like_count as tap_count,
    like_total as likes_room_total,

    -- the room; a join also tells the viewers, but not as a sample of its own
    case when kind = 'viewer_stats' then viewers_now end as viewers,
    viewers_total as total_viewers,

    -- commerce
    product_id,

    -- gifts, and boxes: the coin price is known, what the creator is credited is not
    quantity,
    coalesce(coins, box_coins) as coins,
    cast(null as bigint) as diamonds,
    cast(null as string) as coin_source,
    gift_id,
    gift_coins,

    -- battles: the side of this room's own host
    battle_id,
    case when event_type in ('battle_start', 'battle_end') then creator_id end as side,
    case
        when event_type <> 'battle_end' then null
        when creator_id = battle_side_1_id then battle_side_1_score
        when creator_id = battle_side_2_id then battle_side_2_score
        when creator_id = battle_side_3_id then battle_side_3_score
        when creator_id = battle_side_4_id then battle_side_4_score
    end as score,
    case
        when event_type <> 'battle_end' then null
        when creator_id = battle_side_1_id then battle_side_1_result
        when creator_id = battle_side_2_id then battle_side_2_result
        when creator_id = battle_side_3_id then battle_side_3_result
        when creator_id = battle_side_4_id then battle_side_4_result
    end as result,

    -- followers of the creator, told with a follow
    follower_count as followers,

    -- moderation
    deleted_event_id as comment_event_id,
    case when event_type = 'moderation_action' then 'delete' end as action,
    deleted_viewer_id as target_viewer_id,

    -- what only this feed tells
    receiver_id,
    box_id,
    event_ts_source
from typed
