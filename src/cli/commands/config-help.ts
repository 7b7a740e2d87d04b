export const CONFIG_HELP = `
Examples:
  sisyphus config build . --entrypoint echo/echo.star --binary registry.example/echo:v1 -o echo.tar
  sisyphus config push echo.tar registry.example/echo_config:latest
  sisyphus config inspect registry.example/echo_config:latest`;

export const BUILD_HELP = `
The image holds the entrypoint and, of the folder, what it loads; nothing else. The program is checked
first. The same program, binary and platforms give the same digest, which is printed. A tag of the
binary is resolved by its registry; with a digest nothing is asked.

A build tool may list the files, each as PATH_IN_IMAGE=FILE, and give the binary's digest in a file or
by its OCI layout; then no network is needed.

Examples:
  sisyphus config build . --entrypoint echo/echo.star --binary registry.example/echo:v1 -o echo.tar
  sisyphus config build . --entrypoint echo/echo.star --binary registry.example/echo@sha256:… -o out
  sisyphus config build --files-from files.txt --entrypoint echo/echo.star \\
    --binary-repository registry.example/echo --binary-layout bin/echo_image -o out`;

export const PUSH_HELP = `
Prints the resolved reference. Credentials are those of docker login and podman login. What a repository
has is not sent again; of several repositories in one registry the others take it from the first.
Without a tag the image becomes latest, or what --tag says.

Examples:
  sisyphus config push echo.tar registry.example/echo_config:latest
  sisyphus config push echo.tar registry.example/echo_config --tag v1 --tag latest
  sisyphus config push . registry.example/echo_config --entrypoint echo/echo.star \\
    --binary registry.example/echo:v1`;

export const INSPECT_HELP = `
Examples:
  sisyphus config inspect registry.example/echo_config:latest
  sisyphus config inspect echo.tar --output json
  sisyphus config inspect echo.tar --file echo/echo.star`;
