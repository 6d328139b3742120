{# The measures that add up and stand at both grains. #}
{% macro additive_measures(part_grain, whole_grain) -%}
    {%- set at_whole = measures(whole_grain) | map(attribute='name') | list -%}
    {%- set found = [] -%}
    {%- for measure in measures(part_grain)
        if measure['name'] in at_whole and is_additive(measure) -%}
        {%- do found.append(measure['name']) -%}
    {%- endfor -%}
    {{ return(found) }}
{%- endmacro %}

{% macro is_additive(measure) -%}
    {{ return(measure.get('is_additive', measure['how'] in ('count', 'sum', 'strict_sum', 'seconds'))) }}
{%- endmacro %}

{#
    The rows of the whole that are not the sum of their parts, and by which measures. A whole is
    unknown exactly where one of its parts is. Doubles may lose 1e-9. `only` is a condition on parts
    that takes all parts of a whole or none.
#}
{% macro differing_sums(
    parts, part_grain, part_keys, whole, whole_grain, whole_keys, only='true'
) -%}
    {%- set names = additive_measures(part_grain, whole_grain) -%}
    with parts as (
        select
            {%- for key in part_keys %}
            coalesce(cast({{ key }} as string), '') as key_{{ loop.index }},
            {%- endfor %}
            {%- for name in names %}
            {{ strict_sum(name) }} as {{ name }}{{ ',' if not loop.last }}
            {%- endfor %}
        from {{ parts }}
        where {{ only }}
        group by
            {%- for key in part_keys %}
            coalesce(cast({{ key }} as string), ''){{ ',' if not loop.last }}
            {%- endfor %}
    ),

    compared as (
        select
            {%- for key in part_keys %}
            parts.key_{{ loop.index }},
            {%- endfor %}
            {%- for name in names %}
            case
                when
                    (parts.{{ name }} is null) <> (whole.{{ name }} is null)
                    or abs(parts.{{ name }} - whole.{{ name }})
                    > 1e-9 * greatest(abs(cast(whole.{{ name }} as double)), 1)
                    then '{{ name }} '
                else ''
            end{{ ' ||' if not loop.last }}
            {%- endfor %} as differing
        from parts
        inner join {{ whole }} as whole
            on
                {%- for key in whole_keys %}
                {{ 'and' if not loop.first }} parts.key_{{ loop.index }}
                = coalesce(cast(whole.{{ key }} as string), '')
                {%- endfor %}
    )

    select * from compared
    where differing <> ''
{%- endmacro %}
