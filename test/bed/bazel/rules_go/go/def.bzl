"""What is used of rules_go, as small as it can be. The program is built already, for one platform."""

def _go_binary_impl(ctx):
    binary = ctx.actions.declare_file(ctx.attr.out)
    ctx.actions.symlink(output = binary, target_file = ctx.file.built)
    return [DefaultInfo(files = depset([binary]), executable = binary)]

_go_binary = rule(
    implementation = _go_binary_impl,
    executable = True,
    attrs = {
        "built": attr.label(allow_single_file = True, mandatory = True),
        "out": attr.string(mandatory = True),
        "pure": attr.string(values = ["on"], mandatory = True),
        "srcs": attr.label_list(allow_files = [".go"], mandatory = True),
    },
)

def go_binary(name, **kwargs):
    """A program in Go.

    Args:
      name: of the program
      **kwargs: out, pure, srcs
    """
    _go_binary(name = name, built = "@programs//:" + name, **kwargs)
