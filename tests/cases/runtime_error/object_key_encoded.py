from doctor.testing.world import function, ran, world

F = function()
ERROR = "[ERROR] NoSuchKey: An error occurred (NoSuchKey) when calling the GetObject operation: The specified key does not exist.\rTraceback (most recent call last):\n"


def asked_for(key, error=ERROR):
    return world(F, invocations=[ran(own=[(0.01, f"fetching {key}\n"), (0.02, error)], duration=0.05)])


BROKEN = {
    "a space": asked_for("in/holiday+photo.jpg"),
    "a letter": asked_for("in/caf%C3%A9.jpg"),
    "the head of it": asked_for(
        "'my+file.csv'",
        "[ERROR] ClientError: An error occurred (404) when calling the HeadObject operation: Not Found\rTraceback (most recent call last):\n",
    ),
}
HEALTHY = {
    "an object that was deleted": asked_for("in/photo.jpg"),
    "it is found": world(F, invocations=[ran(own=[(0.01, "fetching in/holiday+photo.jpg\n")], duration=0.05)]),
    "refused": asked_for(
        "in/holiday+photo.jpg",
        "[ERROR] ClientError: An error occurred (AccessDenied) when calling the GetObject operation: Access Denied\rTraceback (most recent call last):\n",
    ),
}
