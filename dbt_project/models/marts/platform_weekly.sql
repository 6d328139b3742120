-- Reach into the app's users, adoption and watching by the week: the platform, regions, markets.
-- Grain: one row per scope (platform, region or market of the viewers), place and report_week.
{{ config(meta={'key': ['scope', 'place', 'report_week']}) }}

with platform_weeks as (
    select * from {{ ref('fct_platform_week') }}
),

region_weeks as (
    select * from {{ ref('fct_viewer_region_week') }}
),

market_weeks as (
    select * from {{ ref('fct_viewer_market_week') }}
),

stacked as (
    select
        'platform' as scope,
        cast(null as string) as place,
        report_week,
        {{ measure_names('PL') }},
        total_watch_sec
    from platform_weeks
    union all
    select
        'region' as scope,
        region as place,
        report_week,
        {{ measure_names('PL') }},
        total_watch_sec
    from region_weeks
    union all
    select
        'market' as scope,
        viewer_market as place,
        report_week,
        {{ measure_names('PL') }},
        total_watch_sec
    from market_weeks
)

select
    -- keys
    scope,
    place,
    report_week,

    -- measures
    {{ measure_names('PL') }},
    total_watch_sec,

    -- ratios
    {{ ratio_columns('PL') }}
from stacked
