// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/pyramid.net`.
  static let pyramid = #"""
netc 1
// std.pyramid: pyramids that keep the size of the map. The pyramid of fixed length, SPP-net's, is
// the operation `spp[4, 2, 1]`.
use std.blocks

// Pyramid pooling module of PSPNet (Zhao et al. 2017, section 3.2): the input and, for each bin
// count, an adaptive average of it, reduced and resized with aligned corners. hszhao/semseg
// keys (features.0.1, features.0.2 …) and order.
block ppm[bins: int...](x) {
  width = channels(x) / count(bins)
  each b, i in bins as level {
    out = x |> avgpool adaptive=b
      |> conv 1x1 width bias=no @features.{i}.1 |> bn eps=1e-5 @features.{i}.2 |> relu
      |> resize like=x align_corners=yes
  }
  out = concat(x, level...)
}

// SPP of YOLO (ultralytics nn/modules/block.py): max pools of stride 1 in parallel. Keys cv1.conv,
// cv1.bn, cv2.conv, cv2.bn; epsilon 1e-3 as the model initialiser sets it.
block spp_block(width: int, kernels: list = [5, 9, 13])(x) {
  reduced = x |> conv 1x1 (channels(x) / 2) bias=no @cv1.conv |> bn eps=1e-3 @cv1.bn |> silu
  each k in kernels as pooled {
    half = (k - 1) / 2
    out = reduced |> maxpool k stride=1 pad=half ceil_mode=no
  }
  out = concat(reduced, pooled...)
    |> conv 1x1 width bias=no @cv2.conv |> bn eps=1e-3 @cv2.bn |> silu
}

// SPPF of YOLO (same file): one pool three times in series, equal to spp_block with 5, 9, 13.
// Keys as spp_block; act=identity is the cv1 of recent releases, shortcut=yes their residual.
block sppf(
  width: int, kernel: int = 5, act: activation = silu, shortcut: bool = no
)(x) {
  half = (kernel - 1) / 2
  reduced = x |> conv 1x1 (channels(x) / 2) bias=no @cv1.conv |> bn eps=1e-3 @cv1.bn |> act
  pools = reduced |> repeat 3 as i (y) {
    out = y |> maxpool kernel stride=1 pad=half ceil_mode=no
  }
  joined = concat(reduced, pools[0].out, pools[1].out, pools[2].out)
    |> conv 1x1 width bias=no @cv2.conv |> bn eps=1e-3 @cv2.bn |> silu
  if shortcut {
    out = x + joined
  } else {
    out = joined
  }
}

"""#
}
