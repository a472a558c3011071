// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/mobilenet.net`.
  static let mobilenet = #"""
netc 1
// std.mobilenet: MobileNetV2 and V3 with maps of stride 2 … 32 as results c1 … c5.
//
// Labels are the indices of torchvision's `features`, so an instance labelled @features has the
// keys of the classifier, @encoder.features those of segmentation_models_pytorch, @backbone
// those of torchvision's segmentation networks.
use std.blocks

// MobileNetV2 (Sandler et al. 2018, table 2). The maps are the ends of the stages, c2 after
// layer 3; head=no leaves out layer 18 (320 to 1280), as VainF's networks do.
block mobilenet_v2(head: bool = yes)(x) -> c1, c2, c3, c4, c5 {
  // expansion, width, stride of layers 1 to 17
  rows = [
    [1, 16, 1],
    [6, 24, 2], [6, 24, 1],
    [6, 32, 2], [6, 32, 1], [6, 32, 1],
    [6, 64, 2], [6, 64, 1], [6, 64, 1], [6, 64, 1],
    [6, 96, 1], [6, 96, 1], [6, 96, 1],
    [6, 160, 2], [6, 160, 1], [6, 160, 1],
    [6, 320, 1]
  ]
  layers = x |> conv_bn 32 stride=2 act=relu6 @0
    |> repeat count(rows) as i (y) {
      out = y |> inverted_residual rows[i][0] rows[i][1] stride=rows[i][2] @{i+1}
    }
  c1 = layers[0].out
  c2 = layers[2].out
  c3 = layers[5].out
  c4 = layers[12].out
  if head {
    c5 = layers |> conv_bn 1280 kernel=1 act=relu6 @18
  } else {
    c5 = layers[16].out
  }
}

// MobileNetV3-Large (Howard et al. 2019, table 1), epsilon 1e-3. The maps are those of
// torchvision's segmentation networks: the first layer of each stride, c2 = 2, c3 = 4, c4 = 7,
// and c5 = layer 16 (960 channels). torchvision's dilated form is os=16 atrous=all.
block mobilenet_v3_large(x) -> c1, c2, c3, c4, c5 {
  // kernel, expanded width, width, squeezed width (0: none), activation, stride of layers 1 to 15
  rows = [
    [3, 16, 16, 0, relu, 1],
    [3, 64, 24, 0, relu, 2],
    [3, 72, 24, 0, relu, 1],
    [5, 72, 40, 24, relu, 2],
    [5, 120, 40, 32, relu, 1],
    [5, 120, 40, 32, relu, 1],
    [3, 240, 80, 0, hardswish, 2],
    [3, 200, 80, 0, hardswish, 1],
    [3, 184, 80, 0, hardswish, 1],
    [3, 184, 80, 0, hardswish, 1],
    [3, 480, 112, 120, hardswish, 1],
    [3, 672, 112, 168, hardswish, 1],
    [5, 672, 160, 168, hardswish, 2],
    [5, 960, 160, 240, hardswish, 1],
    [5, 960, 160, 240, hardswish, 1]
  ]
  c1 = x |> conv_bn 16 stride=2 eps=1e-3 act=hardswish @0
  layers = c1 |> repeat count(rows) as i (y) {
    r = rows[i]
    out = y |> inverted_residual_v3 r[0] r[1] r[2] r[3] r[4] stride=r[5] @{i+1}
  }
  c2 = layers[1].out
  c3 = layers[3].out
  c4 = layers[6].out
  c5 = layers |> conv_bn 960 kernel=1 eps=1e-3 act=hardswish @16
}

// Inverted residual of MobileNetV3 (same paper, figure 4), torchvision keys block.0.0 …: expand
// unless the width is the input's, depthwise, squeeze-and-excite unless squeeze is 0, project.
block inverted_residual_v3(
  kernel: int, hidden: int, width: int, squeeze: int, act: activation, stride: stride = 1
)(x) {
  expands = hidden != channels(x)
  i = if expands then 1 else 0
  if expands {
    wide = x |> conv_bn hidden kernel=1 eps=1e-3 act=act @block.0
  } else {
    wide = x
  }
  filtered = wide
    |> depthwise kernel=kernel stride=stride @block.{i}.0
    |> bn eps=1e-3 @block.{i}.1 |> act
  if squeeze > 0 {
    weighted = filtered |> squeeze_excite squeeze gate=hardsigmoid @block.{i+1}
  } else {
    weighted = filtered
  }
  last = if squeeze > 0 then i + 2 else i + 1
  projected = weighted |> conv_bn width kernel=1 eps=1e-3 act=identity @block.{last}
  if stride == 1 and channels(x) == width {
    out = x + projected
  } else {
    out = projected
  }
}

"""#
}
