"""What is used of rules_multirun, as small as it can be."""

def _multirun_impl(ctx):
    if ctx.attr.jobs != 0:
        fail("only all at once", attr = "jobs")
    lines = [
        "#!/usr/bin/env bash",
        "export RUNFILES_DIR=\"${RUNFILES_DIR:-$(realpath \"$0\").runfiles}\"",
        "cd \"$RUNFILES_DIR/%s\"" % ctx.workspace_name,
        "jobs=() failed=0",
    ]
    for command in ctx.attr.commands:
        lines.append("./%s & jobs+=($!)" % command[DefaultInfo].files_to_run.executable.short_path)
    lines += [
        "for job in \"${jobs[@]}\"; do wait \"$job\" || failed=1; done",
        "exit $failed",
    ]
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    ctx.actions.write(script, "\n".join(lines) + "\n", is_executable = True)
    runfiles = ctx.runfiles()
    for command in ctx.attr.commands:
        info = command[DefaultInfo]
        runfiles = runfiles.merge(info.default_runfiles)
        runfiles = runfiles.merge(ctx.runfiles([info.files_to_run.executable]))
    return [DefaultInfo(executable = script, runfiles = runfiles)]

multirun = rule(
    doc = "Runs programs at the same time; fails if one does.",
    implementation = _multirun_impl,
    executable = True,
    attrs = {
        "commands": attr.label_list(mandatory = True),
        "jobs": attr.int(default = 1),
    },
)
