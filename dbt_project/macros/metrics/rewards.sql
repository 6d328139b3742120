{#
    Rewards: what do the reward rules pay on top of the diamonds?
    Grains: RW creator and week, MK market and week.
#}
{% macro rewards_measures() -%}
{{ return([
    {'name': 'conditions_asked', 'how': 'model', 'sql': 'rules that the week must reach', 'feed': '',
     'unit': 'count', 'grains': 'RW', 'null': 'NX', 'is_additive': true, 'better': '',
     'from': '002:L87', 'about': 'Conditions that the rules of the Monday ask of the week.'},
    {'name': 'conditions_met', 'how': 'model', 'sql': 'conditions_asked that are reached', 'feed': '',
     'unit': 'count', 'grains': 'RW', 'null': 'NX', 'is_additive': true, 'better': 'higher',
     'from': '002:L87', 'about': 'Of those, the ones reached so far.'},
    {'name': 'live_reward_diamonds', 'how': 'model',
     'sql': 'sum over the LIVEs of diamonds * reward share of the LIVE', 'feed': '',
     'unit': 'diamonds', 'grains': 'RW', 'null': 'NX', 'is_additive': true, 'better': 'higher',
     'from': '002:L87', 'about': 'Diamonds of each LIVE times the share that the LIVE itself reached.'},
    {'name': 'week_reward_share_so_far', 'how': 'model', 'sql': 'sum of the shares of conditions_met',
     'feed': '', 'unit': 'fraction', 'grains': 'RW', 'null': 'NX', 'above_one': 'warn',
     'is_additive': false, 'better': 'higher', 'from': '002:L87',
     'about': 'Share that the week has reached so far; NULL where a rule or its input is unknown.'},
    {'name': 'week_reward_share', 'how': 'model', 'sql': 'week_reward_share_so_far of a week that ended',
     'feed': '', 'unit': 'fraction', 'grains': 'RW', 'null': 'NX NC', 'above_one': 'warn',
     'is_additive': false, 'better': 'higher', 'from': '002:L87',
     'about': 'The same for good; NULL until the week has ended.'},
    {'name': 'est_earnings_so_far', 'how': 'model',
     'sql': 'sum over the LIVEs of diamond_value * (share of the LIVE + week_reward_share_so_far)',
     'feed': '', 'unit': 'usd', 'grains': 'RW', 'null': 'NX', 'is_additive': true,
     'better': 'higher', 'from': '002:L89',
     'about': 'What the rules pay on top of diamond_value if the week ended now.'},
    {'name': 'est_earnings', 'how': 'model', 'sql': 'est_earnings_so_far of a week that ended',
     'feed': '', 'unit': 'usd', 'grains': 'RW', 'null': 'NX NC', 'is_additive': true,
     'better': 'higher', 'from': '002:L89',
     'about': 'What the rules pay on top of diamond_value; NULL until the week has ended.'},
    {'name': 'creators_earning', 'how': 'model', 'sql': 'creators with est_earnings > 0', 'feed': '',
     'unit': 'count', 'grains': 'MK', 'null': 'NX NC', 'is_additive': false, 'better': 'higher',
     'from': '000:L9',
     'about': 'Creators whom the reward rules pay; NULL until the week has ended, or where one is unknown.'},
]) }}
{%- endmacro %}

{# The rules come from outside: shares above 1 are warned of, and do not stop a night. #}
{% macro rewards_ratios() -%}
{{ return([
    {'name': 'reward_pct_so_far',
     'numerator': 'live_reward_diamonds + week_reward_share_so_far * diamonds',
     'denominator': 'diamonds', 'unit': 'fraction', 'above_one': 'warn', 'grains': 'RW',
     'better': 'higher', 'from': '002:L87',
     'about': 'Reward share if the week ended now: that of its LIVEs, weighted by diamonds, and that of the week.'},
    {'name': 'reward_pct_earned',
     'numerator': 'live_reward_diamonds + week_reward_share * diamonds', 'denominator': 'diamonds',
     'unit': 'fraction', 'above_one': 'warn', 'grains': 'RW', 'null': 'ND NC', 'better': 'higher',
     'from': '002:L87', 'about': 'Reward share of the week by the rules of the LIVEs and of the week.'},
    {'name': 'creator_earner_share', 'numerator': 'creators_earning',
     'denominator': 'creators_live_weekly', 'unit': 'fraction', 'above_one': 'no', 'grains': 'MK',
     'null': 'ND NC', 'better': 'higher', 'from': '000:L9',
     'about': 'Share of the creators who went live whom the reward rules pay.'},
]) }}
{%- endmacro %}
