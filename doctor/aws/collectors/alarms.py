"""CloudWatch's alarms on the metrics of functions."""

from doctor.aws.draft import Draft
from doctor.model.alarms import Alarm
from doctor.model.function import Function

_PAGES = 10
"""Pages of 100 alarms: an account may have thousands on everything else."""
_KEPT = (
    "AlarmArn",
    "AlarmName",
    "Namespace",
    "MetricName",
    "Dimensions",
    "Statistic",
    "ExtendedStatistic",
    "Period",
    "EvaluationPeriods",
    "Threshold",
    "ComparisonOperator",
    "TreatMissingData",
    "ActionsEnabled",
    "AlarmActions",
    "StateValue",
)
"""Not its description, nor when it last changed its mind."""


def alarms(draft: Draft) -> None:
    """The alarms on one metric of a function each; of expressions over several it is not told what they watch."""
    about = everywhere(draft)
    told = draft.listed(
        "cloudwatch", "DescribeAlarms", "MetricAlarms", about=about, pages=_PAGES, AlarmTypes=["MetricAlarm"]
    )
    names = {function.function_name for function in draft.all(Function)}
    raws = [
        {key: raw[key] for key in _KEPT if key in raw}
        for raw in told
        if names & {one["Value"] for one in raw.get("Dimensions", ()) if one["Name"] == "FunctionName"}
    ]
    draft.add_all(Alarm, raws, "cloudwatch:DescribeAlarms")


def everywhere(draft: Draft) -> str:
    """All alarms of the account and region."""
    return f"arn:aws:cloudwatch:{draft.aws.region}:{draft.aws.account}:alarm:*"
