"""An AWS account on loopback: moto's server in a child process, and the additions it needs.

Moto stands in for AWS's control plane. Where it is silent or wrong about something a diagnosis depends on, a small addition fills in;
``doctor.aws.embedded.additions`` lists every one of them with its reason. No handler runs in it: that is the sandbox's work.
"""
