from doctor.testing.world import function, node_raised, raised, succeeded, timed_out, world

F = function()

BROKEN = {
    "a company's own authority": world(
        F,
        invocations=[
            raised("ssl.SSLCertVerificationError", "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed")
        ],
    ),
    "in the words of Node.js": world(
        function(runtime="nodejs22.x"),
        invocations=[node_raised("Error", "unable to verify the first certificate")],
    ),
    "in the words of Java": world(
        function(runtime="java21"),
        invocations=[raised("javax.net.ssl.SSLHandshakeException", "PKIX path building failed: unable to find path")],
    ),
}

HEALTHY = {
    "it succeeds": world(F, invocations=[succeeded()]),
    "it hung": world(F, invocations=[timed_out()]),
    "it was reset": world(F, invocations=[raised("ConnectionResetError", "[Errno 104] Connection reset by peer")]),
    "another error of TLS": world(F, invocations=[raised("SSLError", "[SSL: WRONG_VERSION_NUMBER] wrong version")]),
}
