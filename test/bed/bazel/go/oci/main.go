// What Bazel's rules for OCI images need: layouts of images and indexes, and crane, which brings them to
// registries.
//
//	oci image OUT OS/ARCHITECTURE ENTRYPOINT LAYER...
//	oci index OUT IMAGE...
//	oci COMMAND OF CRANE...
package main

import (
	"fmt"
	"os"

	"github.com/google/go-containerregistry/cmd/crane/cmd"
	v1 "github.com/google/go-containerregistry/pkg/v1"
	"github.com/google/go-containerregistry/pkg/v1/empty"
	"github.com/google/go-containerregistry/pkg/v1/layout"
	"github.com/google/go-containerregistry/pkg/v1/mutate"
	"github.com/google/go-containerregistry/pkg/v1/partial"
	"github.com/google/go-containerregistry/pkg/v1/tarball"
	"github.com/google/go-containerregistry/pkg/v1/types"
)

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(args []string) error {
	switch {
	case len(args) > 4 && args[0] == "image":
		return writeImage(args[1], args[2], args[3], args[4:])
	case len(args) > 2 && args[0] == "index":
		return writeIndex(args[1], args[2:])
	}
	return cmd.Root.Execute()
}

// writeImage makes an image of layers that are tar archives.
func writeImage(out, platformName, entrypoint string, layerFiles []string) error {
	platform, err := v1.ParsePlatform(platformName)
	if err != nil {
		return err
	}
	image, err := mutate.ConfigFile(empty.Image, &v1.ConfigFile{
		OS:           platform.OS,
		Architecture: platform.Architecture,
		Config:       v1.Config{Entrypoint: []string{entrypoint}},
	})
	if err != nil {
		return err
	}
	image = mutate.ConfigMediaType(mutate.MediaType(image, types.OCIManifestSchema1), types.OCIConfigJSON)
	for _, file := range layerFiles {
		layer, err := tarball.LayerFromFile(file, tarball.WithMediaType(types.OCILayer))
		if err != nil {
			return err
		}
		if image, err = mutate.AppendLayers(image, layer); err != nil {
			return err
		}
	}
	target, err := layout.Write(out, empty.Index)
	if err != nil {
		return err
	}
	return target.AppendImage(image)
}

// writeIndex makes an index of layouts with one image each.
func writeIndex(out string, folders []string) error {
	index := mutate.IndexMediaType(empty.Index, types.OCIImageIndex)
	for _, folder := range folders {
		image, err := readImage(folder)
		if err != nil {
			return err
		}
		config, err := image.ConfigFile()
		if err != nil {
			return err
		}
		descriptor, err := partial.Descriptor(image)
		if err != nil {
			return err
		}
		descriptor.Platform = config.Platform()
		index = mutate.AppendManifests(index, mutate.IndexAddendum{Add: image, Descriptor: *descriptor})
	}
	target, err := layout.Write(out, empty.Index)
	if err != nil {
		return err
	}
	return target.AppendIndex(index)
}

func readImage(folder string) (v1.Image, error) {
	source, err := layout.ImageIndexFromPath(folder)
	if err != nil {
		return nil, err
	}
	manifest, err := source.IndexManifest()
	if err != nil {
		return nil, err
	}
	if len(manifest.Manifests) != 1 {
		return nil, fmt.Errorf("%s holds %d images, expected one", folder, len(manifest.Manifests))
	}
	return source.Image(manifest.Manifests[0].Digest)
}
