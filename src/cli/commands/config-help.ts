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

export const EVAL_HELP = `
Prints the Application as YAML, for several environments with what differs between them; --as renders it
as a push would, as far as no declaration is needed. It asks no cluster and no database.

Examples:
  sisyphus config eval echo/echo.star --environment prod --namespace shop
  sisyphus config eval echo/echo.star --namespace shop --matrix
  sisyphus config eval registry.example/echo_config:latest --environment prod --as deployment
  sisyphus config eval . --entrypoint echo/echo.star --output json`;

export const TEST_HELP = `
Runs every function test_… of the files …_test.star, each on its own. They load programs as programs load
one another, and have assert.eq, ne, contains, true, false and fails, ctx(name = …) to call main with, and
Golden(application, ctx), which compares the manifest with the one that is kept beside the test.

Examples:
  sisyphus config test
  sisyphus config test echo --junit report.xml
  sisyphus config test echo/echo_test.star --update`;
