"""Bazel rules for Sisyphus: a binary image and the config image that goes with it, pushed together.

docs/bazel.md describes them.
"""

load("@rules_multirun//:defs.bzl", "multirun")
load("@rules_oci//oci:defs.bzl", "oci_image_index", "oci_push")

# Runs Sisyphus by the Node.js of the machine. Its standard output goes to the file that comes first, and
# what else it says is only said if it fails.
_RUN = """
node="${SISYPHUS_NODE:-node}"
if ! command -v "$node" > /dev/null; then
  echo "Sisyphus needs Node.js 20.19 or newer, and there is no $node on the PATH $PATH." >&2
  echo "Say --action_env=PATH, or --action_env=SISYPHUS_NODE=/path/to/node." >&2
  exit 1
fi
out="$1"
shift
if ! said=$("$node" "$@" 2>&1 > "$out"); then
  echo "$said" >&2
  exit 1
fi
"""

def sisyphus_pushable(
        name,
        binary_repository,
        config_entrypoint,
        binary_image = None,
        binary_images = None,
        remote_tags = ["latest"],
        config_deps = [],
        config_srcs = [],
        platforms = None,
        tags = []):
    """Declares how a binary image and its config image are built and pushed.

    It makes these targets:

    * `NAME_push` pushes both, at the same time
    * `NAME_binary_push` pushes the binary image and tags it `latest`
    * `NAME_config_push` pushes the config image to BINARY_REPOSITORY_config
    * `NAME_binary_index` is the OCI layout of the binary image, an index over its platforms
    * `NAME_config_image` is the OCI layout of the config image, `NAME_config_image.digest` a file with
      its digest

    Args:
      name: what the names of all targets start with
      binary_repository: where the binary image goes, without tag and digest
      config_entrypoint: the Starlark file that defines `main`
      binary_image: an `oci_image`, which is built for each platform
      binary_images: in its place, one `oci_image` for each platform
      remote_tags: tags of the config image, or a file that lists them
      config_deps: targets with Starlark files that others share
      config_srcs: more Starlark files
      platforms: what `binary_image` is built for; by default Linux on amd64 and arm64
      tags: tags of all targets, as `manual`
    """
    if bool(binary_image) == bool(binary_images):
        fail("sisyphus_pushable %s: expected either binary_image or binary_images" % name)

    _binary(
        name = name + "_binary",
        images = binary_images or [binary_image],
        # Each of several images has its platform already.
        platforms = [] if binary_images else platforms or [Label("//:linux_amd64"), Label("//:linux_arm64")],
        repository = binary_repository,
        tags = tags,
    )
    _config(
        name = name + "_config",
        srcs = config_srcs,
        binary_digest = ":" + name + "_binary_index.digest",
        binary_repository = binary_repository,
        entrypoint = config_entrypoint,
        remote_tags = remote_tags,
        tags = tags,
        deps = config_deps,
    )
    multirun(
        name = name + "_push",
        commands = [
            ":" + name + "_binary_push",
            ":" + name + "_config_push",
        ],
        jobs = 0,
        tags = tags,
    )

def _binary(name, images, platforms, repository, tags):
    oci_image_index(
        name = name + "_index",
        images = images,
        platforms = platforms,
        tags = tags,
    )
    oci_push(
        name = name + "_push",
        image = ":" + name + "_index",
        remote_tags = ["latest"],
        repository = repository,
        tags = tags,
    )

def _config(name, binary_repository, remote_tags, tags, **kwargs):
    image = name + "_image"
    _sisyphus_config_image(
        name = image,
        binary_repository = binary_repository,
        tags = tags,
        **kwargs
    )

    # As an oci_image has it.
    native.filegroup(
        name = image + ".digest",
        srcs = [":" + image],
        output_group = "digest",
        tags = tags,
    )
    oci_push(
        name = name + "_push",
        image = ":" + image,
        remote_tags = remote_tags,
        repository = binary_repository + "_config",
        tags = tags,
    )

def _sisyphus_config_image_impl(ctx):
    layout = ctx.actions.declare_directory(ctx.label.name)
    digest = ctx.actions.declare_file(ctx.label.name + ".sha256")
    files = depset(
        [ctx.file.entrypoint] + ctx.files.srcs,
        transitive = [_files_of(dep) for dep in ctx.attr.deps],
    )

    listed = ctx.actions.args()
    listed.use_param_file("--files-from=%s", use_always = True)
    listed.set_param_file_format("multiline")
    listed.add_all(files, map_each = _listed_file)

    ctx.actions.run_shell(
        outputs = [layout, digest],
        inputs = depset(
            [ctx.file.binary_digest] + ctx.files._sisyphus,
            transitive = [files],
        ),
        command = _RUN,
        arguments = [
            digest.path,
            _main_of(ctx).path,
            "config",
            "build",
            "--entrypoint=" + _path_in_image(ctx.file.entrypoint),
            "--binary-repository=" + ctx.attr.binary_repository,
            "--binary-digest-file=" + ctx.file.binary_digest.path,
            "--output=" + layout.path,
            listed,
        ],
        mnemonic = "SisyphusConfig",
        progress_message = "Building config image %s" % ctx.label,
        use_default_shell_env = True,
    )
    return [
        DefaultInfo(files = depset([layout])),
        OutputGroupInfo(digest = depset([digest])),
    ]

_sisyphus_config_image = rule(
    doc = "Builds a config image as an OCI layout, by `sisyphus config build`.",
    implementation = _sisyphus_config_image_impl,
    attrs = {
        "binary_digest": attr.label(
            doc = "The file with the binary image's digest.",
            allow_single_file = True,
            mandatory = True,
        ),
        "binary_repository": attr.string(
            doc = "Where the binary image goes.",
            mandatory = True,
        ),
        "deps": attr.label_list(
            doc = "Targets with Starlark files that others share.",
            allow_files = True,
        ),
        "entrypoint": attr.label(
            doc = "The Starlark file that defines `main`.",
            allow_single_file = True,
            mandatory = True,
        ),
        "srcs": attr.label_list(
            doc = "More Starlark files.",
            allow_files = True,
        ),
        "_sisyphus": attr.label(
            default = Label("//:dist"),
        ),
    },
)

def _files_of(dep):
    """Everything that a target gives, with what it needs when it runs."""
    info = dep[DefaultInfo]
    if info.default_runfiles == None:
        return info.files
    return depset(transitive = [info.files, info.default_runfiles.files])

def _listed_file(file):
    return _path_in_image(file) + "=" + file.path

def _path_in_image(file):
    """The path from the root of the repository; files of other repositories are below `external`."""
    if file.short_path.startswith("../"):
        return "external/" + file.short_path[len("../"):]
    return file.short_path

def _main_of(ctx):
    for file in ctx.files._sisyphus:
        if file.basename == "sisyphus.cjs":
            return file
    fail("this copy of the module dev_april_sisyphus is not built: take it from the npm package " +
         "sisyphus-deploy, or run `npm ci && npm run build` in it")
