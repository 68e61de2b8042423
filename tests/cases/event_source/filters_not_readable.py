import json

from doctor.testing.world import feeds, function, queue, world

F = function()
Q = queue(visibility_timeout=180)
ERROR = {"ErrorCode": "KMSAccessDeniedException", "Message": "Lambda was unable to decrypt the filter criteria"}
BROKEN = {"the key does not let Lambda": world(F, Q, feeds(Q, F, extra={"FilterCriteriaError": ERROR}))}
HEALTHY = {
    "no filters": world(F, Q, feeds(Q, F)),
    "filters that are read": world(
        F, Q, feeds(Q, F, filter_criteria={"Filters": [{"Pattern": json.dumps({"body": {"a": ["b"]}})}]})
    ),
    "nothing feeds it": world(F),
}
