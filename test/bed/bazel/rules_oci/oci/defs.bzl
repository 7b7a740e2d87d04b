"""What is used of rules_oci, as small as it can be: the same names, attributes and targets."""

def oci_image_index(name, tags = [], **kwargs):
    """An index over images, and `NAME.digest`, a file with its digest.

    Args:
      name: of the layout
      tags: of all targets
      **kwargs: images, platforms
    """
    _oci_image_index(name = name, tags = tags, **kwargs)
    _digest(name = name + ".digest", image = ":" + name, tags = tags)

def oci_push(name, **kwargs):
    """Pushes a layout when it is run.

    Args:
      name: of the program
      **kwargs: image, repository, remote_tags
    """
    _oci_push(name = name, **kwargs)

_OCI = {
    "_oci": attr.label(
        default = "@oci//:oci",
        allow_single_file = True,
        cfg = "exec",
        executable = True,
    ),
}

def _oci_image_impl(ctx):
    layout = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add_all(["image", layout.path, ctx.attr.os + "/" + ctx.attr.architecture])
    args.add_all(ctx.attr.entrypoint)
    args.add_all(ctx.files.tars)
    ctx.actions.run(
        outputs = [layout],
        inputs = ctx.files.tars,
        executable = ctx.executable._oci,
        arguments = [args],
    )
    return [DefaultInfo(files = depset([layout]))]

oci_image = rule(
    doc = "An image of layers, as an OCI layout.",
    implementation = _oci_image_impl,
    attrs = dict(
        _OCI,
        architecture = attr.string(mandatory = True),
        entrypoint = attr.string_list(mandatory = True),
        os = attr.string(mandatory = True),
        tars = attr.label_list(allow_files = True),
    ),
)

def _for_each_platform(settings, attr):
    """Builds the one image for each platform, or all images for the platform that is built for."""
    if not attr.platforms:
        return settings
    return [{"//command_line_option:platforms": str(platform)} for platform in attr.platforms]

_platforms = transition(
    implementation = _for_each_platform,
    inputs = ["//command_line_option:platforms"],
    outputs = ["//command_line_option:platforms"],
)

def _oci_image_index_impl(ctx):
    if ctx.attr.platforms and len(ctx.attr.images) != len(ctx.attr.platforms):
        fail("platforms are for one image", attr = "platforms")
    layout = ctx.actions.declare_directory(ctx.label.name)
    args = ctx.actions.args()
    args.add_all(["index", layout.path])
    args.add_all(ctx.files.images, expand_directories = False)
    ctx.actions.run(
        outputs = [layout],
        inputs = ctx.files.images,
        executable = ctx.executable._oci,
        arguments = [args],
        # A sandbox would give it links, and it follows none.
        execution_requirements = {"no-sandbox": "1"},
    )
    return [DefaultInfo(files = depset([layout]))]

_oci_image_index = rule(
    implementation = _oci_image_index_impl,
    attrs = dict(
        _OCI,
        images = attr.label_list(mandatory = True, cfg = _platforms),
        platforms = attr.label_list(providers = [platform_common.PlatformInfo]),
        _allowlist_function_transition = attr.label(
            default = "@bazel_tools//tools/allowlists/function_transition_allowlist",
        ),
    ),
)

# The first digest of a layout's index is that of its image.
_DIGEST = "grep --only-matching 'sha256:[0-9a-f]*' \"%s/index.json\" | head --lines=1"

def _digest_impl(ctx):
    digest = ctx.actions.declare_file(ctx.label.name)
    ctx.actions.run_shell(
        outputs = [digest],
        inputs = [ctx.file.image],
        command = _DIGEST % ctx.file.image.path + " > " + digest.path,
    )
    return [DefaultInfo(files = depset([digest]))]

_digest = rule(
    implementation = _digest_impl,
    attrs = {"image": attr.label(allow_single_file = True, mandatory = True)},
)

_PUSH = """#!/usr/bin/env bash
set -o errexit -o nounset -o pipefail
cd "${RUNFILES_DIR:-$0.runfiles}/__main__" 2> /dev/null || cd "${RUNFILES_DIR:-$0.runfiles}/%{workspace}"
digest=$(%{digest})
%{oci} push %{image} "%{repository}@$digest"
for tag in %{tags}; do %{oci} tag "%{repository}@$digest" "$tag"; done
"""

def _oci_push_impl(ctx):
    if not ctx.file.image.is_directory:
        fail("expected an oci_image or oci_image_index", attr = "image")
    script = ctx.actions.declare_file(ctx.label.name + ".sh")
    text = _PUSH
    for name, value in {
        "digest": _DIGEST % ctx.file.image.short_path,
        "image": ctx.file.image.short_path,
        "oci": ctx.executable._oci.short_path,
        "repository": ctx.attr.repository,
        "tags": " ".join(ctx.attr.remote_tags),
        "workspace": ctx.workspace_name,
    }.items():
        text = text.replace("%{" + name + "}", value)
    ctx.actions.write(script, text, is_executable = True)
    runfiles = ctx.runfiles([ctx.file.image, ctx.executable._oci])
    return [DefaultInfo(executable = script, runfiles = runfiles)]

_oci_push = rule(
    implementation = _oci_push_impl,
    executable = True,
    attrs = dict(
        _OCI,
        image = attr.label(allow_single_file = True, mandatory = True),
        remote_tags = attr.string_list(),
        repository = attr.string(mandatory = True),
    ),
)
