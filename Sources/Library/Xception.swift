// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/xception.net`.
  static let xception = #"""
netc 1
// std.xception: the modified aligned Xception of DeepLabv3+ (Chen et al. 2018, section 3.2 and
// figure 4), timm keys, epsilon 1e-3.
//
// Results c1 … c4 are the second separable convolution of the module that leaves the stride,
// before the activation; c2 is the decoder's low-level feature. c5 is the output, without a
// last activation. flat=yes writes the numbers of stem and blocks behind `_` (stem_0, blocks_0), as
// timm does in networks made with features_only.
use std.blocks

// Xception-41: 3 entry, 8 middle, 2 exit modules.
block xception41(flat: bool = no)(x) -> c1, c2, c3, c4, c5 {
  dot = if flat then "_" else "."
  stem = x |> xception_stem flat=flat @_
  entry0 = stem |> xception_module widths=[128, 128, 128] stride=2 @blocks{dot}0
  entry1 = entry0.out |> xception_module widths=[256, 256, 256] stride=2 @blocks{dot}1
  entry2 = entry1.out |> xception_module widths=[728, 728, 728] stride=2 @blocks{dot}2
  middle = entry2.out |> xception_middle 8 first=3 flat=flat @_
  exit = middle |> xception_module widths=[728, 1024, 1024] stride=2 @blocks{dot}11
  c1 = entry0.low
  c2 = entry1.low
  c3 = entry2.low
  c4 = exit.low
  c5 = exit.out |> xception_last widths=[1536, 1536, 2048] @blocks{dot}12
}

// Xception-65: 3 entry, 16 middle, 2 exit modules.
block xception65(flat: bool = no)(x) -> c1, c2, c3, c4, c5 {
  dot = if flat then "_" else "."
  stem = x |> xception_stem flat=flat @_
  entry0 = stem |> xception_module widths=[128, 128, 128] stride=2 @blocks{dot}0
  entry1 = entry0.out |> xception_module widths=[256, 256, 256] stride=2 @blocks{dot}1
  entry2 = entry1.out |> xception_module widths=[728, 728, 728] stride=2 @blocks{dot}2
  middle = entry2.out |> xception_middle 16 first=3 flat=flat @_
  exit = middle |> xception_module widths=[728, 1024, 1024] stride=2 @blocks{dot}19
  c1 = entry0.low
  c2 = entry1.low
  c3 = entry2.low
  c4 = exit.low
  c5 = exit.out |> xception_last widths=[1536, 1536, 2048] @blocks{dot}20
}

// Xception-71: an extra module without stride before each of the last two strided entry modules.
block xception71(flat: bool = no)(x) -> c1, c2, c3, c4, c5 {
  dot = if flat then "_" else "."
  stem = x |> xception_stem flat=flat @_
  entry0 = stem |> xception_module widths=[128, 128, 128] stride=2 @blocks{dot}0
  entry1 = entry0.out |> xception_module widths=[256, 256, 256] @blocks{dot}1
  entry2 = entry1.out |> xception_module widths=[256, 256, 256] stride=2 @blocks{dot}2
  entry3 = entry2.out |> xception_module widths=[728, 728, 728] @blocks{dot}3
  entry4 = entry3.out |> xception_module widths=[728, 728, 728] stride=2 @blocks{dot}4
  middle = entry4.out |> xception_middle 16 first=5 flat=flat @_
  exit = middle |> xception_module widths=[728, 1024, 1024] stride=2 @blocks{dot}21
  c1 = entry0.low
  c2 = entry2.low
  c3 = entry4.low
  c4 = exit.low
  c5 = exit.out |> xception_last widths=[1536, 1536, 2048] @blocks{dot}22
}

// Two 3x3 convolutions, keys stem.0.conv, stem.0.bn, stem.1.conv, stem.1.bn.
block xception_stem(flat: bool = no)(x) {
  dot = if flat then "_" else "."
  out = x
    |> conv 3x3 32 stride=2 pad=1 bias=no @stem{dot}0.conv
    |> bn eps=1e-3 @stem{dot}0.bn
    |> relu
    |> conv 3x3 64 bias=no @stem{dot}1.conv |> bn eps=1e-3 @stem{dot}1.bn |> relu
}

// Three pre-activated separable convolutions, the stride in the third, and a shortcut that is a
// 1x1 convolution where stride or width change; low is the second one's output. Keys
// stack.conv1.conv_dw …, shortcut.conv, shortcut.bn.
block xception_module(widths: list, stride: stride = 1)(x) -> out, low {
  low = x |> relu |> separable_bn widths[0] act=identity eps=1e-3 @stack.conv1
    |> relu |> separable_bn widths[1] act=identity eps=1e-3 @stack.conv2
  main = low |> relu
    |> separable_bn widths[2] stride=stride act=identity eps=1e-3 @stack.conv3
  if stride != 1 or channels(x) != widths[2] {
    shortcut = x |> conv 1x1 widths[2] stride=stride bias=no @shortcut.conv
      |> bn eps=1e-3 @shortcut.bn
  } else {
    shortcut = x
  }
  out = main + shortcut
}

// The middle flow: n modules of 728 channels with identity shortcuts, numbered from first.
block xception_middle(n: int, first: int, flat: bool = no)(x) {
  dot = if flat then "_" else "."
  out = x |> repeat n as i (y) {
    module = y |> xception_module widths=[728, 728, 728] @blocks{dot}{first+i}
    out = module.out
  }
}

// The last module: batch norm and relu after every depthwise and pointwise, no shortcut.
block xception_last(widths: list)(x) {
  out = x |> separable_bn widths[0] eps=1e-3 @stack.conv1
    |> separable_bn widths[1] eps=1e-3 @stack.conv2
    |> separable_bn widths[2] eps=1e-3 @stack.conv3
}

"""#
}
