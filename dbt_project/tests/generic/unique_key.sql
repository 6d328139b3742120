{#
    One row per key, as the model's Grain line promises. A key names something: its first column is
    not NULL, unless the Grain line says what NULL is.
    A new copy has a rebuilt row, but the other one may be old where the key does not tell whose a
    row is: then all rows are looked at that share a rebuilt row's first column.
#}
{% test unique_key(model, columns, nullable=false) %}
{%- set rebuilt_by = rebuilt_parts(model).get('rebuilt_by', []) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
{%- if rebuilt_by | reject('in', columns) | list %}
from (
    select * from {{ model }}
    where {{ columns[0] }} in (select {{ columns[0] }} from {{ rebuilt_rows(model) }})
    union all
    select * from {{ model }}
    where {{ columns[0] }} is null
)
{%- else %}
from {{ rebuilt_rows(model) }}
{%- endif %}
group by {{ columns | join(', ') }}
having count(*) > 1 {{ '' if nullable else 'or ' ~ columns[0] ~ ' is null' }}
{% endtest %}
