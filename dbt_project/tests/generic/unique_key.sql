{# One row per key, as the model's Grain line promises; NULL is a value here. #}
{% test unique_key(model, columns) %}
select
    {{ columns | join(', ') }},
    count(*) as copies
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endtest %}
