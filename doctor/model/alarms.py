"""Who is told when a function fails: alarms, by the names of CloudWatch's API."""

from doctor.model.record import Shape


class Dimension(Shape):
    """What a metric is of."""

    name: str
    value: str


class Alarm(Shape, tag_field="type", tag="AWS::CloudWatch::Alarm"):
    """An alarm on one metric of a function."""

    alarm_arn: str
    alarm_name: str
    namespace: str = ""
    metric_name: str = ""
    dimensions: tuple[Dimension, ...] = ()
    statistic: str = ""
    extended_statistic: str = ""
    period: int = 0
    """Seconds."""
    evaluation_periods: int = 0
    threshold: float = 0.0
    comparison_operator: str = ""
    treat_missing_data: str = ""
    actions_enabled: bool = True
    alarm_actions: tuple[str, ...] = ()
    """ARNs; empty: nobody is told."""
    state_value: str = ""

    @property
    def arn(self) -> str:
        """The key in the snapshot."""
        return self.alarm_arn
