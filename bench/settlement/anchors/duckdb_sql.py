"""The settlement in DuckDB's SQL: days and minutes count from the period's first day."""

# Payable days [a, b) of the stays; minutes are shifted so that the division rounds down.
STAYS = """
CREATE OR REPLACE TEMP TABLE stays AS
WITH days AS (
    SELECT p.placement, p.facility, p.facility * 1024 + p.plan AS schedule, p.payer, f.operator,
        p.minutes_per_week AS minutes, f.absence_full_days AS full_days,
        100 - f.absence_basis_pct AS off_basis, 100 - f.absence_service_pct AS off_service,
        (p.start + 144000000) // 1440 - 100000 AS first,
        CASE WHEN p."end" IS NULL THEN $days
            WHEN f.day_count = 1
                THEN (p.start + 144000000) // 1440 - 100000 + (p."end" - p.start) // 1440
            ELSE (p."end" + 144001439) // 1440 - 100000 END AS last
    FROM placements p JOIN facilities f USING (facility)
)
SELECT * EXCLUDE (first, last), greatest(first, 0)::INTEGER AS a, least(last, $days)::INTEGER AS b
FROM days WHERE greatest(first, 0) < least(last, $days)
"""
# The prices of each schedule and month, cut where the tariff or the occupancy changes.
SEGMENTS = """
CREATE OR REPLACE TEMP TABLE segments AS
WITH change AS (
    SELECT facility, day, sum(n) AS n FROM (
        SELECT facility, a AS day, 1 AS n FROM stays
        UNION ALL SELECT facility, b, -1 FROM stays) GROUP BY ALL
), present AS (
    SELECT facility, day,
        sum(n) OVER (PARTITION BY facility ORDER BY day) > any_value(cap) OVER
            (PARTITION BY facility) AS over_cap
    FROM change JOIN facilities USING (facility)
), flags AS (
    SELECT facility, day, over_cap FROM present
    QUALIFY over_cap IS DISTINCT FROM lag(over_cap, 1, false)
        OVER (PARTITION BY facility ORDER BY day)
), versions AS (
    SELECT facility, facility * 1024 + plan AS schedule, valid_from, basis_ore,
        basis_over_cap_ore, hour_ore FROM tariffs
), schedules AS (SELECT DISTINCT schedule, facility FROM versions
), cuts AS (
    SELECT schedule, facility, m.first AS first FROM schedules, months m
    UNION SELECT schedule, facility, valid_from FROM versions
        WHERE valid_from > 0 AND valid_from < $days
    UNION SELECT schedule, facility, day FROM schedules JOIN flags USING (facility)
        WHERE day < $days
), spans AS (
    SELECT *, lead(first, 1, $days) OVER (PARTITION BY schedule ORDER BY first) AS last FROM cuts
), priced AS (
    SELECT s.schedule, s.facility, s.first, s.last, v.basis_ore, v.basis_over_cap_ore, v.hour_ore
    FROM spans s ASOF JOIN versions v ON s.schedule = v.schedule AND s.first >= v.valid_from
), flagged AS (
    SELECT p.*, f.over_cap FROM priced p
    ASOF LEFT JOIN flags f ON p.facility = f.facility AND p.first >= f.day
)
SELECT schedule, m.month::INTEGER AS month, s.first::INTEGER AS first, s.last::INTEGER AS last,
    CASE WHEN over_cap THEN basis_over_cap_ore ELSE basis_ore END AS basis, hour_ore AS hour
FROM flagged s ASOF JOIN months m ON s.first >= m.first
"""
LINES = """
CREATE OR REPLACE TEMP TABLE lines AS
WITH pieces AS (
    SELECT placement, schedule, payer, operator, minutes, a AS first, b AS last, 1 AS counted,
        100 AS basis_pct, 100 AS service_pct, 0::BIGINT AS extra
    FROM stays
    UNION ALL
    SELECT placement, schedule, payer, operator, minutes,
        greatest(a, x."from" + full_days), least(b, coalesce(x."to", $days)), 0,
        -off_basis, -off_service, 0
    FROM absences x JOIN stays USING (placement)
    WHERE greatest(a, x."from" + full_days) < least(b, coalesce(x."to", $days))
    UNION ALL
    SELECT placement, schedule, payer, operator, minutes,
        greatest(a, x."from"), least(b, coalesce(x."to", $days)), 0, 0, 0, x.ore_per_day
    FROM supplements x JOIN stays USING (placement)
    WHERE greatest(a, x."from") < least(b, coalesce(x."to", $days))
), sums AS (
    SELECT p.placement, s.month, any_value(payer) AS payer, any_value(operator) AS operator,
        sum((least(p.last, s.last) - greatest(p.first, s.first)) * counted)::INTEGER AS days,
        sum((least(p.last, s.last) - greatest(p.first, s.first)) * basis_pct * s.basis)::BIGINT
            AS basis,
        sum((least(p.last, s.last) - greatest(p.first, s.first)) * service_pct * minutes * s.hour
            )::BIGINT AS service,
        sum((least(p.last, s.last) - greatest(p.first, s.first)) * extra)::BIGINT AS supplement_ore
    FROM pieces p JOIN segments s
        ON p.schedule = s.schedule AND p.first < s.last AND p.last > s.first
    GROUP BY p.placement, s.month
), rounded AS (
    SELECT placement, month, payer, operator, days, (basis + 50) // 100 AS basis_ore,
        (service + 21000) // 42000 AS service_ore, supplement_ore
    FROM sums
)
SELECT *, basis_ore + service_ore + supplement_ore AS total_ore FROM rounded
"""
TOTALS = """
CREATE OR REPLACE TEMP TABLE totals AS
SELECT payer, operator, month, sum(days)::BIGINT AS days, sum(basis_ore)::BIGINT AS basis_ore,
    sum(service_ore)::BIGINT AS service_ore, sum(supplement_ore)::BIGINT AS supplement_ore,
    sum(total_ore)::BIGINT AS total_ore
FROM lines GROUP BY payer, operator, month
"""
