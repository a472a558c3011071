extension DiagnosticCode {
  package static let runs: [DiagnosticCode] = [
    unreadableInput, wrongInputSize, unwritableOutput, unknownOutput, missingLibrary,
    wrongInputs, nothingRecorded, exportNeedsSize, notExportable,
  ]

  package static let unreadableInput = DiagnosticCode(
    "N0801", "input cannot be read",
    """
    Inputs are pictures, PPM, PGM, PNG or JPEG, or NPY arrays of float32. The kind is recognised
    by the first bytes, not by the name. The message says what is wrong and where: no such file,
    no right to read it, a format that is not read, or data that breaks off.

    Goes wrong: netc run deeplab.net street.webp
    Instead:    convert street.webp street.png
                netc run deeplab.net street.png

    Goes wrong: an array saved as float64
    Instead:    np.save("x.npy", x.astype(np.float32))

    An array is taken as already normalized: pixels of 0…255 would run, and give nonsense.
    """)

  package static let wrongInputSize = DiagnosticCode(
    "N0802", "input does not fit the network",
    """
    The picture's size is none that the network takes, or an array has another shape than its
    input. Nothing is resized unasked, since that changes the result. `netc check` prints the
    admissible sizes; the input's declaration says how other pictures are brought to one.

    Goes wrong: netc run unet.net photo-500x375.jpg     (unet.net requires H % 32 == 0)
    Instead, in unet.net:

           input image: rgb[H, W] normalize=imagenet fit=pad

    `fit=pad` pads right and bottom and cuts the mask back, `fit=crop` takes the middle, and
    `fit=shorter(520)` scales the shorter side; `fit=shorter(256, 224)` then cuts the central
    224x224. Arrays are [C,H,W] or [N,C,H,W], taken as they are.
    """)

  package static let unwritableOutput = DiagnosticCode(
    "N0803", "output cannot be written",
    """
    The output could not be written: the directory does not exist or is closed to you, or the
    disk is full. An output appears whole under its name, or not at all, so a file of that name
    from an earlier run is untouched. With several inputs the path given by `-o` is a directory.

    Goes wrong: netc run deeplab.net a.jpg b.jpg -o masks
    Instead:    mkdir masks
                netc run deeplab.net a.jpg b.jpg -o masks

    A picture holds the mask of one image; the labels of a whole batch go to an array:
    `-o labels.npy`.
    """)

  package static let unknownOutput = DiagnosticCode(
    "N0804", "unknown output",
    """
    `--output` takes the name of an output that the network declares. Other names of the file
    are inner values, and only what leads to the output asked for is computed. Without the
    option the labels are taken where there are some.

    Goes wrong: netc run deeplab.net street.jpg --output high -o high.npy
    Instead, in deeplab.net:

           output high = body.c5 |> aspp<6, 12, 18> 256 @aspp

    An output can be read by later lines like any other name.
    """)

  package static let missingLibrary = DiagnosticCode(
    "N0805", "image library missing",
    """
    PNG and JPEG are read and written through the system's libpng and TurboJPEG, which are not
    installed here. PPM, PGM and NPY need no library. The message names the package to install;
    `netc doctor` lists which libraries were found.

    Goes wrong: netc run deeplab.net street.png
    Instead:    the package named in the message, with apt-get install
    Or:         convert street.png street.ppm, on a machine that can
                netc run deeplab.net street.ppm -o street.labels.pgm
    """)

  package static let wrongInputs = DiagnosticCode(
    "N0806", "inputs missing or too many",
    """
    Every input of the network needs its file. Those given after the network's file are for its
    first input, one run for each of them; the others are named with `--input`. A name that no
    input has, or an overlay over an array, is this error as well.

    Goes wrong: netc run roi.net street.jpg windows.npy
    Instead:    netc run roi.net street.jpg --input windows=windows.npy

    `netc show roi.net --at 480x640` lists the inputs with their shapes.
    """)

  package static let nothingRecorded = DiagnosticCode(
    "N0807", "recording without a value of the network",
    """
    `netc verify` compares the values of a network with arrays that a framework left in a .npz
    file. The first input is the array `input`, unless `--image` gives the picture; layers and
    block instances have their labels as names, outputs the names that the network gives them.

    Goes wrong: record(model, x, "ref.npz", ["0.*"])       (the labels are conv1, layer1.0, ...)
    Instead:    record(model.backbone, x, "ref.npz", ["conv1", "layer*"])

    models/record.py writes such a file for any torch module; `netc show FILE` lists the labels.
    """)

  package static let exportNeedsSize = DiagnosticCode(
    "N0808", "export needs a size",
    """
    Without `--at` an exported model takes pictures of any size, and every operator in it has to
    hold for all of them. Some operations become other operators at other sizes: the bins of
    adaptive and spatial pyramid pooling, `nearest` resizing, the pads of `same(tf)` with a stride
    and a rate. Those are exported at one size.

    Goes wrong: netc export sppnet.net -o sppnet.onnx
    Instead:    netc export sppnet.net -o sppnet.onnx --at 224x224

    Global pooling and `resize like=` (bilinear) hold for all sizes.
    """)

  package static let notExportable = DiagnosticCode(
    "N0809", "layer without a counterpart in ONNX",
    """
    The layer cannot be put together from the standard operators of ONNX with the same result, or
    only with constants too large to be of use. Nothing is written then: a model that computes
    something else would be worse.

    Goes wrong: x |> roi_spp[7] windows=w               (of maps with 57 cells or more)
    Instead:    x |> roi_spp[6] windows=w

    Or export what comes before it, as an output of its own: `output features = x`, and
    `netc export … --output features`.
    """)
}
