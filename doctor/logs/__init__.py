"""Pure: log lines to invocations, REPORT fields, AccessDenied texts, symptoms."""
