{# Battles: what happens between creators, on stage or in their audiences? #}
{% macro battles_measures() -%}
{{ return([
    {'name': 'battle_score', 'how': 'model', 'sql': 'score of the battle_end', 'feed': '',
     'unit': 'points', 'grains': 'B', 'null': 'NX', 'is_additive': false, 'better': 'higher',
     'from': '002:L14', 'about': 'Score at the end as the platform says, power-ups included.'},
    {'name': 'battle_diamonds', 'how': 'model', 'sql': 'diamonds of gifts from start to end',
     'feed': 'has_diamonds', 'unit': 'count', 'grains': 'B', 'null': 'N0 NX', 'is_additive': true,
     'better': 'higher', 'from': '002:L14', 'about': 'Diamonds of the gifts sent in the battle.'},
    {'name': 'battle_gift_events', 'how': 'model', 'sql': 'gifts from start to end', 'feed': '',
     'unit': 'count', 'grains': 'B', 'is_additive': true, 'better': 'higher', 'from': '002:L14',
     'about': 'Gifts sent in the battle.'},
    {'name': 'battle_diamonds_all_sides', 'how': 'model',
     'sql': 'sum of battle_diamonds over the battle', 'feed': 'has_diamonds', 'unit': 'count',
     'grains': 'B', 'null': 'N0 NX', 'is_additive': false, 'better': '', 'from': 'own',
     'about': 'Diamonds of all sides of the battle; NULL where no opponent is in the data.'},
    {'name': 'cross_audience_follows', 'how': 'model',
     'sql': 'follows from the start on by viewers who first came from an opponent', 'unit': 'count',
     'feed': 'has_leaves', 'grains': 'B', 'null': 'N0 NX', 'is_additive': false,
     'better': 'higher', 'from': '002:L15',
     'about': 'Follows from the battle on by viewers who came over from an opponent within 30 minutes; NULL where no opponent is in the data.'},
    {'name': 'battles_won', 'how': 'model', 'sql': 'battles with result win', 'unit': 'count',
     'feed': 'has_battles', 'grains': 'CD CW', 'is_additive': true, 'better': 'higher',
     'from': '002:L14', 'about': 'Battles that the creator won.'},
    {'name': 'battles_decided', 'how': 'model', 'sql': 'battles with result win, loss or draw',
     'feed': 'has_battles', 'unit': 'count', 'grains': 'CD CW', 'is_additive': true, 'better': '',
     'from': '002:L14', 'about': 'Battles whose result is known.'},
    {'name': 'guest_sec', 'how': 'model', 'sql': 'union of guest intervals without pauses',
     'feed': 'has_guests', 'unit': 's', 'grains': 'S', 'is_additive': true, 'better': '',
     'from': '003:L58', 'about': 'Seconds in which at least one guest was on stage.'},
    {'name': 'viewers_a', 'how': 'model', 'sql': 'viewers of creator_a in 28 days', 'feed': '',
     'unit': 'count', 'grains': 'CP', 'is_additive': false, 'better': '', 'from': 'Twitch',
     'about': 'Distinct viewers of the first creator in the 28 days up to the latest event.'},
    {'name': 'viewers_b', 'how': 'model', 'sql': 'viewers of creator_b in 28 days', 'feed': '',
     'unit': 'count', 'grains': 'CP', 'is_additive': false, 'better': '', 'from': 'Twitch',
     'about': 'Distinct viewers of the second creator in the 28 days up to the latest event.'},
    {'name': 'viewers_both', 'how': 'model', 'sql': 'viewers of both', 'feed': '',
     'unit': 'count', 'grains': 'CP', 'is_additive': false, 'better': '', 'from': 'Twitch',
     'about': 'Distinct viewers whom both creators share.'},
    {'name': 'viewers_either', 'how': 'model', 'sql': 'viewers_a + viewers_b - viewers_both',
     'feed': '', 'unit': 'count', 'grains': 'CP', 'is_additive': false, 'better': '',
     'from': 'Twitch', 'about': 'Distinct viewers of the two creators together.'},
]) }}
{%- endmacro %}

{% macro battles_ratios() -%}
{{ return([
    {'name': 'battle_score_distortion', 'numerator': 'battle_score',
     'denominator': 'battle_diamonds', 'unit': 'ratio', 'above_one': 'yes', 'grains': 'B',
     'better': '', 'from': 'tikdata',
     'about': 'Score per diamond: power-ups lift it far above 1.'},
    {'name': 'battle_diamond_share', 'numerator': 'battle_diamonds',
     'denominator': 'battle_diamonds_all_sides', 'unit': 'fraction', 'above_one': 'no',
     'grains': 'B', 'better': 'higher', 'from': 'own',
     'about': 'Share of the diamonds of all sides; the shares of a battle sum to 1.'},
    {'name': 'battle_win_rate', 'numerator': 'battles_won', 'denominator': 'battles_decided',
     'unit': 'fraction', 'above_one': 'no', 'interval': true, 'grains': 'CD CW', 'better': 'higher',
     'from': '002:L14', 'about': 'Share of the decided battles that the creator won.'},
    {'name': 'guest_minutes_share', 'numerator': 'guest_sec', 'denominator': 'live_duration_sec',
     'unit': 'fraction', 'above_one': 'no', 'grains': 'S', 'better': '', 'from': '003:L58',
     'about': 'Share of the time on air with a guest on stage.'},
    {'name': 'audience_overlap_jaccard', 'numerator': 'viewers_both',
     'denominator': 'viewers_either', 'unit': 'fraction', 'above_one': 'no', 'interval': true, 'grains': 'CP',
     'better': '', 'from': 'Twitch',
     'about': 'Share of the viewers of either creator whom both have.'},
]) }}
{%- endmacro %}

{# What the events cannot tell before an outside input comes. #}
{% macro battles_waiting_metrics() -%}
{{ return([
    {'name': 'battle_profit_lift', 'unit': 'diamonds_per_minute', 'from': 'Streampace',
     'about': 'Diamonds per minute in battles against matched minutes without one.',
     'status': 'waits for marts.event_effects'},
]) }}
{%- endmacro %}
