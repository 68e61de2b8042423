from msgspec.structs import replace

from doctor.testing.world import ACCOUNT, REGION, alias, document, function, world

F = function()
V1 = function("live", version="1")
LIVE = alias("live", V1)


def _for(owner, rules):
    return replace(
        owner,
        policy=document(
            *(
                {
                    "Sid": f"rule-{number}",
                    "Effect": "Allow",
                    "Principal": {"Service": "events.amazonaws.com"},
                    "Action": "lambda:InvokeFunction",
                    "Resource": owner.arn,
                    "Condition": {"ArnLike": {"AWS:SourceArn": f"arn:aws:events:{REGION}:{ACCOUNT}:rule/r{number}"}},
                }
                for number in range(rules)
            )
        ),
    )


BROKEN = {
    "one statement for each rule": world(_for(F, 79)),
    "of the alias": world(function("live"), V1, _for(LIVE, 78)),
}

HEALTHY = {
    "there is room": world(_for(F, 70)),
    "there is none": world(F),
    "full is another alias's": world(function("live"), V1, function("live", version="2"), LIVE, _for(alias("old", function("live", version="3")), 78)),
}  # fmt: skip
