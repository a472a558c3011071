// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/deeplab.net`.
  static let deeplab = #"""
netc 1
// std.deeplab: atrous spatial pyramid pooling and the decoder of DeepLabv3+.
use std.blocks

// ASPP of DeepLabv3 (Chen et al. 2017, section 3.3): 1x1, atrous branches, image pooling,
// concatenated and projected. torchvision keys (convs.0.0 …, project.0).
block aspp<rates: rate... at os 16>(width: int = 256)(x) {
  point = x |> conv 1x1 width bias=no @convs.0.0 |> bn @convs.0.1 |> relu
  each r, i in rates as branch {
    out = x |> conv 3x3 width rate=r bias=no @convs.{i+1}.0 |> bn @convs.{i+1}.1 |> relu
  }
  pooled = x |> avgpool global
    |> conv 1x1 width bias=no @convs.{count(rates)+1}.1 |> bn @convs.{count(rates)+1}.2 |> relu
    |> resize like=x
  out = concat(point, branch..., pooled)
    |> conv 1x1 width bias=no @project.0 |> bn @project.1 |> relu |> dropout 0.5
}

// ASPP of DeepLabv2 (Chen et al. 2016, section 3.2): one classifier per rate, summed, with bias
// and no batch norm. Keys c0, c1, … of kazuto1011/deeplab-pytorch.
block aspp_sum<rates: rate... at os 8>(classes: int)(x) {
  each r, i in rates as branch {
    out = x |> conv 3x3 classes rate=r @c{i}
  }
  out = add(branch...)
}

// ASPP with separable branches and nothing between depthwise and pointwise, keys of
// segmentation_models_pytorch (convs.1.0.0, convs.1.0.1, convs.1.1; project.0). Its networks
// keep 12, 24, 36 at every output stride: write `<12, 24, 36 at os os>`.
block aspp_separable<rates: rate... at os 16>(width: int = 256)(x) {
  last = count(rates) + 1
  point = x |> conv 1x1 width bias=no @convs.0.0 |> bn eps=1e-5 @convs.0.1 |> relu
  each r, i in rates as branch {
    out = x |> separable width rate=r @convs.{i+1}.0 |> bn eps=1e-5 @convs.{i+1}.1 |> relu
  }
  pooled = x |> avgpool global
    |> conv 1x1 width bias=no @convs.{last}.1 |> bn eps=1e-5 @convs.{last}.2 |> relu
    |> resize like=x
  out = concat(point, branch..., pooled)
    |> conv 1x1 width bias=no @project.0 |> bn eps=1e-5 @project.1 |> relu |> dropout 0.5
}

// ASPP of TensorFlow's research/deeplab: image pooling first in the concatenation, branches
// separable with batch norm and relu in both halves, or dense. image=no is the Cityscapes form.
// Labels are the checkpoint's names: image_pooling, aspp0, aspp1_depthwise …, concat_projection.
block aspp_tf<rates: rate... at os 16>(
  width: int = 256, separable: bool = yes, image: bool = yes
)(x) {
  point = x |> conv_slim width kernel=1 @aspp0
  each r, i in rates as branch {
    if separable {
      out = x |> depthwise_slim rate=r @aspp{i+1}_depthwise
        |> conv_slim width kernel=1 @aspp{i+1}_pointwise
    } else {
      out = x |> conv_slim width rate=r @aspp{i+1}
    }
  }
  if image {
    pooled = x |> avgpool global |> conv_slim width kernel=1 @image_pooling
      |> resize like=x align_corners=yes
    joined = concat(pooled, point, branch...)
  } else {
    joined = concat(point, branch...)
  }
  out = joined |> conv_slim width kernel=1 @concat_projection |> dropout 0.1
}

// Decoder of DeepLabv3+ (Chen et al. 2018, section 3.1 and table 2): the low-level map reduced by
// a 1x1, the encoder's map resized to it, two 3x3 convolutions. Half-pixel grid as VainF and
// kazuto1011; align_corners=yes as TensorFlow and jfzhang95.
block decoder(reduce: int = 48, width: int = 256, align_corners: bool = no)(x, low) {
  detail = low |> conv 1x1 reduce bias=no @low.0 |> bn eps=1e-5 @low.1 |> relu
  context = x |> resize like=low align_corners=align_corners
  out = concat(context, detail)
    |> conv 3x3 width bias=no @fuse.0 |> bn eps=1e-5 @fuse.1 |> relu
    |> conv 3x3 width bias=no @fuse.3 |> bn eps=1e-5 @fuse.4 |> relu
}

// The decoder of TensorFlow's research/deeplab: separable with batch norm and relu in both halves
// (section 4.3), or dense; aligned corners. Labels are the checkpoint's names: feature_projection0,
// decoder_conv0_depthwise …
block decoder_tf(reduce: int = 48, width: int = 256, separable: bool = yes)(x, low) {
  detail = low |> conv_slim reduce kernel=1 @feature_projection0
  context = x |> resize like=low align_corners=yes
  out = concat(context, detail) |> repeat 2 as i (y) {
    if separable {
      out = y |> depthwise_slim @decoder_conv{i}_depthwise
        |> conv_slim width kernel=1 @decoder_conv{i}_pointwise
    } else {
      out = y |> conv_slim width @decoder_conv{i}
    }
  }
}

"""#
}
