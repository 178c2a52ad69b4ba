from django.apps import AppConfig


class MeetingsConfig(AppConfig):
    name = "rammevaerk.portal.meetings"
    label = "meetings"
    verbose_name = "Møder"

    def ready(self) -> None:
        from rammevaerk.portal.common import navigation
        from rammevaerk.portal.meetings import conditions
        from rammevaerk.portal.meetings.queries import may_read_meetings
        from rammevaerk.portal.meetings.queries.inputs import answer_targets, check_answers

        navigation.register(
            navigation.Entry(30, "Møder", "meetings:overview", "/moeder/", may_read_meetings)
        )
        conditions.register(
            "input_round_answers",
            "Inputrunden har fået svar",
            check_answers,
            targets=answer_targets,
        )
