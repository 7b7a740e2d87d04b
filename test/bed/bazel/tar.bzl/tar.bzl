"""What is used of tar.bzl, as small as it can be, with the tar of this machine."""

def _tar_impl(ctx):
    archive = ctx.actions.declare_file(ctx.label.name + ".tar")

    # Each file by the path that it has in its repository, on whichever platform it was built for.
    commands = ["set -e", "root=$(mktemp -d)"]
    for file in ctx.files.srcs:
        commands.append("install -D -m 755 %s $root/%s" % (file.path, file.short_path))
    commands.append("tar --sort=name --mtime=@0 --owner=0 --group=0 -C $root -cf %s ." % archive.path)
    commands.append("rm -r $root")
    command = "\n".join(commands)
    ctx.actions.run_shell(outputs = [archive], inputs = ctx.files.srcs, command = command)
    return [DefaultInfo(files = depset([archive]))]

tar = rule(
    doc = "An archive of files.",
    implementation = _tar_impl,
    attrs = {"srcs": attr.label_list(allow_files = True, mandatory = True)},
)
