from doctor.model.function import LoggingConfig
from doctor.testing.world import function, world


def seen(**config):
    return world(function(logging_config=LoggingConfig(**config)))


BROKEN = {
    "no reports": seen(log_format="JSON", application_log_level="INFO", system_log_level="WARN"),
    "nothing before the error": seen(log_format="JSON", application_log_level="ERROR", system_log_level="INFO"),
    "both, in a group of its own": seen(
        log_format="JSON", application_log_level="FATAL", system_log_level="WARN", log_group="/orders"
    ),
}
HEALTHY = {
    "INFO": seen(log_format="JSON", application_log_level="INFO", system_log_level="INFO"),
    "JSON, and no level is said": seen(log_format="JSON"),
    "warnings of the code are kept": seen(log_format="JSON", application_log_level="WARN", system_log_level="INFO"),
    "as text neither counts": seen(application_log_level="ERROR", system_log_level="WARN"),
}
