"""The figures of law and agreements that special payments and limits rest on."""

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest

from rammevaerk.engine.errors import NoRuleForDate
from rammevaerk.engine.parameters import Parameters

RULES = Parameters.load()


def kroner(*amounts: int) -> tuple[int, ...]:
    return tuple(100 * amount for amount in amounts)


@pytest.mark.parametrize(
    ("key", "day", "value", "unverified"),
    [
        ("agreement/period_years", date(2018, 6, 1), 1, "high"),
        ("agreement/period_years", date(2025, 6, 1), 2, ""),
        ("agreement/development_plan_places", date(2025, 6, 1), 100, ""),
        ("contract/notice_months", date(2025, 6, 1), 1, "low"),
        ("contract/notice_months_example", date(2025, 6, 1), 1, ""),
        ("contract/private_vat_supplement", date(2025, 6, 1), Decimal("0.06"), ""),
        ("contract/resident_notice_months", date(2025, 6, 1), 3, ""),
        ("cost_sharing/family_planning_budget", date(2025, 6, 1), 700_000_00, "high"),
        ("cost_sharing/family_planning_floor_share", date(2025, 6, 1), Decimal("0.5"), "high"),
        ("deadlines/budget_approval_early", date(2025, 6, 1), "01-01", ""),
        ("deadlines/budget_approval_late", date(2025, 6, 1), "04-01", ""),
        ("deadlines/budget_private", date(2025, 6, 1), "10-01", ""),
        ("deadlines/budget_public", date(2025, 6, 1), "11-15", ""),
        ("deadlines/notification_weekdays", date(2025, 6, 1), 3, ""),
        ("deadlines/portal_order_days", date(2025, 6, 1), 28, ""),
        ("deadlines/tariff_data_hovedstaden", date(2025, 6, 1), "12-10", ""),
        ("objective/children_max_age", date(2025, 6, 1), 17, ""),
        ("objective/key_kofoedsminde", date(2025, 6, 1), "alle indbyggere", "medium"),
        ("objective/key_secure", date(2025, 6, 1), "børn og unge", "medium"),
        ("objective/key_supervision", date(2025, 6, 1), "børn og unge", ""),
        ("own_payment/advance_days", date(2025, 6, 1), 31, ""),
        ("own_payment/crisis_centre_rate", date(2021, 6, 1), 89_00, ""),
        ("own_payment/crisis_centre_rate", date(2023, 6, 1), 93_38, ""),
        ("own_payment/shelter_rate", date(2021, 6, 1), 93_00, ""),
        ("own_payment/shelter_rate", date(2023, 6, 1), 96_71, ""),
        ("refund/aftercare_housing_months", date(2025, 6, 1), 6, ""),
        ("refund/aftercare_housing_window_years", date(2025, 6, 1), 1, ""),
        ("refund/aftercare_share", date(2025, 6, 1), Decimal("0.5"), ""),
        ("refund/aftercare_support_years", date(2025, 6, 1), 2, ""),
        ("refund/age_limit", date(2025, 6, 1), 67, "high"),
        ("refund/shares", date(2020, 6, 1), (Decimal("0.25"), Decimal("0.5")), ""),
        ("refund/shares", date(2022, 6, 1), tuple(map(Decimal, ("0.25", "0.5", "0.75"))), ""),
        ("refund/shelter_days", date(2023, 9, 30), 120, "medium"),
        ("refund/shelter_days", date(2023, 10, 1), 90, "medium"),
        ("refund/temporary_stay_share", date(2025, 6, 1), Decimal("0.5"), "medium"),
        ("refund/threshold_rounding", date(2025, 6, 1), 10_000_00, "medium"),
        ("refund/thresholds", date(2020, 6, 1), kroner(1_090_000, 2_050_000), ""),
        ("refund/thresholds", date(2021, 6, 1), kroner(850_000, 1_660_000, 2_090_000), ""),
        ("refund/thresholds", date(2022, 6, 1), kroner(860_000, 1_680_000, 2_120_000), ""),
        ("refund/thresholds_children", date(2020, 6, 1), kroner(830_000, 1_630_000), ""),
        (
            "refund/thresholds_children",
            date(2021, 6, 1),
            kroner(850_000, 1_660_000, 2_090_000),
            "high",
        ),
        (
            "refund/thresholds_children",
            date(2022, 6, 1),
            kroner(860_000, 1_680_000, 2_120_000),
            "high",
        ),
        ("regulation/social_rates", date(2025, 6, 1), Decimal("0.036"), ""),
        ("settlement/billing_months", date(2024, 12, 31), 1, ""),
        ("settlement/billing_months", date(2025, 1, 1), 1, "medium"),
        ("settlement/childrens_house_billed_at_start", date(2020, 1, 1), True, ""),
        ("settlement/childrens_house_billed_at_start", date(2025, 1, 1), True, "medium"),
        ("settlement/claim_warning_months", date(2025, 6, 1), (9, 11), "low"),
        ("settlement/objective_on_account", date(2024, 12, 31), True, ""),
        ("settlement/objective_on_account", date(2025, 1, 1), True, "medium"),
        ("settlement/payment_days_max_public", date(2025, 6, 1), 30, ""),
        ("settlement/payment_days_min", date(2024, 12, 31), 14, ""),
        ("settlement/payment_days_min", date(2025, 1, 1), 14, "medium"),
        ("settlement/subscription_billing_months", date(2024, 12, 31), 6, ""),
        ("settlement/subscription_billing_months", date(2025, 1, 1), 6, "medium"),
        ("special/discharged_hospice", date(2016, 6, 1), 1_976_00, ""),
        ("special/discharged_psychiatric", date(2016, 6, 1), kroner(1_976, 3_952), "medium"),
        ("special/discharged_psychiatric_from", date(2025, 6, 1), (7, 14), "medium"),
        ("special/discharged_somatic_region", date(2016, 6, 1), 1_976_00, ""),
        ("special/discharged_somatic_state", date(2016, 6, 1), kroner(1_976, 3_952), ""),
        ("special/discharged_somatic_state_from", date(2025, 6, 1), (1, 3), ""),
        ("special/health_services_in_tariff", date(2022, 7, 1), True, "high"),
        ("special/place_basis_rate", date(2018, 1, 1), 3_836_00, ""),
        ("special/place_remark_months", date(2020, 9, 1), 6, ""),
        ("special/place_remark_share", date(2020, 9, 1), Decimal("0.25"), ""),
        ("special/place_unused_rate", date(2019, 6, 1), 3_959_00, ""),
        ("special/place_unused_rate", date(2020, 8, 31), 4_055_00, ""),
        ("special/place_unused_rate", date(2022, 6, 1), 3_959_00, "low"),
        ("special/place_used_rate", date(2019, 6, 1), 3_959_00, ""),
        ("special/place_used_rate", date(2020, 12, 31), 4_055_00, ""),
        ("special/place_used_rate", date(2022, 6, 1), 4_165_00, ""),
        ("special/place_used_rate_stated", date(2020, 11, 23), 4_054_00, "low"),
        ("special/places_created_midtjylland", date(2020, 10, 26), 32, "high"),
        ("special/secure_unit_tariff", date(2020, 6, 1), 1_510_239_00, ""),
        ("supervision/fee", date(2023, 6, 1), kroner(39_448, 47_338, 78_896, 118_344), ""),
        ("supervision/fee", date(2024, 6, 1), kroner(41_001, 49_202, 82_003, 123_004), ""),
        ("supervision/fee_from_places", date(2025, 6, 1), (0, 8, 25, 50), ""),
        ("supervision/intensified_share", date(2025, 6, 1), Decimal("0.1"), ""),
        ("supervision/treatment_citizens_per_place", date(2018, 1, 1), 10, ""),
    ],
)
def test_the_figure_and_its_trust_stand_as_the_source_has_them(
    key: str, day: date, value: object, unverified: str
) -> None:
    found = RULES.on(key, day)
    assert (found.value, found.unverified) == (value, unverified)
    assert found.is_verified == (unverified == "")


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("own_payment/shelter_rate", date(2022, 1, 1)),
        ("own_payment/crisis_centre_rate", date(2024, 1, 1)),
        ("refund/thresholds", date(2023, 1, 1)),
        ("refund/thresholds_children", date(2023, 1, 1)),
        ("regulation/social_rates", date(2026, 1, 1)),
        ("settlement/shelter_day_count", date(2026, 1, 1)),
        ("special/discharged_psychiatric", date(2017, 1, 1)),
        ("special/discharged_somatic_region", date(2017, 1, 1)),
        ("special/discharged_somatic_state", date(2026, 1, 1)),
        ("special/place_unused_rate", date(2020, 9, 1)),
        ("special/place_used_rate", date(2018, 1, 1)),
        ("special/place_used_rate", date(2021, 1, 1)),
        ("special/place_used_rate", date(2023, 1, 1)),
        ("special/secure_unit_tariff", date(2021, 1, 1)),
        ("supervision/fee", date(2025, 1, 1)),
    ],
)
def test_what_is_not_known_has_no_value_and_says_why(key: str, day: date) -> None:
    with pytest.raises(NoRuleForDate) as refused:
        RULES.on(key, day)
    assert refused.value.note


def test_a_re_marking_of_eight_of_midtjyllands_places_is_just_a_quarter() -> None:
    day = date(2020, 10, 26)
    created, most = (
        RULES.on(f"special/{name}", day).value
        for name in ("places_created_midtjylland", "place_remark_share")
    )
    assert isinstance(created, int)
    assert isinstance(most, Decimal)
    assert created * most == 8


@pytest.mark.parametrize("key", ["refund/thresholds", "refund/thresholds_children"])
def test_thresholds_and_their_shares_belong_together_every_year(key: str) -> None:
    for version in RULES.get(key).versions:
        if version.value is None:
            continue
        shares = RULES.on("refund/shares", version.period.start).value
        assert isinstance(version.value, tuple)
        assert isinstance(shares, tuple)
        assert len(version.value) == len(shares)
        assert all(int(str(low)) < int(str(high)) for low, high in pairwise(version.value))
