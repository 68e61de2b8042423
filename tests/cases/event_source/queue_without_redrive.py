from doctor.model.function import DeadLetterConfig
from doctor.model.triggers import RedrivePolicy
from doctor.testing.world import feeds, function, queue, world

F = function()
BARE = queue(visibility_timeout=180)
DEAD = queue("dead")
SAFE = queue(visibility_timeout=180, redrive_policy=RedrivePolicy(dead_letter_target_arn=DEAD.arn, max_receive_count=5))

BROKEN = {
    "it has none": world(F, BARE, feeds(BARE, F)),
    "two functions share it": world(F, g := function("g"), BARE, feeds(BARE, F), feeds(BARE, g)),
    "the function's own does not count": world(
        own := function(dead_letter_config=DeadLetterConfig(target_arn=DEAD.arn)), BARE, DEAD, feeds(BARE, own)
    ),
}
HEALTHY = {
    "it has one": world(F, SAFE, DEAD, feeds(SAFE, F)),
    "nothing polls it": world(F, BARE),
    "a dead-letter queue needs none": world(F, DEAD),
}
