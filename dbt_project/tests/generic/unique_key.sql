{# One row per key, as the model's Grain line promises. A key names something: its first column is
   not NULL, unless the Grain line says what NULL is. #}
{% test unique_key(model, columns, nullable=false) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1 {{ '' if nullable else 'or ' ~ columns[0] ~ ' is null' }}
{% endtest %}
