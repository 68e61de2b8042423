from doctor.model.triggers import RedrivePolicy
from doctor.testing.world import feeds, function, queue, world

F = function()


def redriven(most):
    policy = RedrivePolicy(dead_letter_target_arn=queue("dead").arn, max_receive_count=most)
    return queue(visibility_timeout=180, redrive_policy=policy)


BROKEN = {
    "after one": world(F, redriven(1), feeds(redriven(1), F)),
    "after four": world(F, redriven(4), feeds(redriven(4), F)),
}
HEALTHY = {
    "after five": world(F, redriven(5), feeds(redriven(5), F)),
    "no dead-letter queue, for which another rule speaks": world(F, queue(visibility_timeout=180), feeds(queue(), F)),
    "nothing polls it": world(F, redriven(1)),
}
