// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/blocks.net`.
  static let blocks = #"""
netc 1
// std.blocks: the units that backbones and heads are made of.
//
// Convolutions carry no bias where a batch norm follows, pads are written out, and every
// epsilon is the published one, so a block means the same under every `convention`.
// Labels are the names inside one module of the code that the comment names.

// Convolution, batch norm, activation (torchvision Conv2dNormActivation: keys 0, 1).
block conv_bn(
  width: int, kernel: int = 3, stride: stride = 1, rate: rate = 1, groups: int = 1,
  eps: decimal = 1e-5, act: activation = relu
)(x) {
  pads = rate * (kernel - 1) / 2
  out = x |> conv kernel width stride=stride rate=rate pad=pads groups=groups bias=no @0
    |> bn eps=eps @1 |> act
}

// One filter per channel; the label of the instance is the layer's own.
block depthwise(
  kernel: int = 3, stride: stride = 1, rate: rate = 1, multiplier: int = 1, bias: bool = no
)(x) {
  pads = rate * (kernel - 1) / 2
  width = multiplier * channels(x)
  out = x |> conv kernel width stride=stride rate=rate pad=pads groups=channels(x) bias=bias @_
}

// Depthwise, then pointwise, nothing between (segmentation_models_pytorch SeparableConv2d:
// keys 0, 1; the same pair is body.0, body.1 in VainF's AtrousSeparableConvolution).
block separable(width: int, kernel: int = 3, stride: stride = 1, rate: rate = 1)(x) {
  out = x |> depthwise kernel=kernel stride=stride rate=rate @0
    |> conv 1x1 width bias=no @1
}

// Depthwise and pointwise, each with batch norm and activation (DeepLabv3+, section 3.2).
// Keys are timm's (conv_dw, bn_dw, conv_pw, bn_pw); act=identity is the unit of Xception's
// entry and middle flow, act=relu that of its last block and of the TensorFlow heads.
block separable_bn(
  width: int, kernel: int = 3, stride: stride = 1, rate: rate = 1, eps: decimal = 1e-5,
  act: activation = relu
)(x) {
  out = x |> depthwise kernel=kernel stride=stride rate=rate @conv_dw |> bn eps=eps @bn_dw |> act
    |> conv 1x1 width bias=no @conv_pw |> bn eps=eps @bn_pw |> act
}

// Convolution, batch norm, activation under the names of TensorFlow's slim: the label of the
// instance is the convolution's, BatchNorm under it the norm's.
block conv_slim(
  width: int, kernel: int = 3, stride: stride = 1, rate: rate = 1, eps: decimal = 1e-5,
  act: activation = relu
)(x) {
  pads = rate * (kernel - 1) / 2
  out = x |> conv kernel width stride=stride rate=rate pad=pads bias=no @_
    |> bn eps=eps @BatchNorm |> act
}

// The same with one filter per channel, the depthwise half of slim's separable convolution.
block depthwise_slim(
  kernel: int = 3, stride: stride = 1, rate: rate = 1, eps: decimal = 1e-5, act: activation = relu
)(x) {
  out = x |> depthwise kernel=kernel stride=stride rate=rate @_ |> bn eps=eps @BatchNorm |> act
}

// Basic residual unit (He et al. 2016, figure 5 left), torchvision keys.
block basic(width: int, stride: stride = 1, rate: rate = 1)(x) {
  residual = x |> conv 3x3 width stride=stride rate=rate pad=rate bias=no @conv1
    |> bn eps=1e-5 @bn1 |> relu
    |> conv 3x3 width rate=rate bias=no @conv2 |> bn eps=1e-5 @bn2
  if stride != 1 or channels(x) != width {
    shortcut = x |> conv 1x1 width stride=stride bias=no @downsample.0
      |> bn eps=1e-5 @downsample.1
  } else {
    shortcut = x
  }
  out = (residual + shortcut) |> relu
}

// Bottleneck residual unit (He et al. 2016, figure 5 right), torchvision keys: the stride is
// in the 3x3, or with caffe=yes in the first 1x1 as in the original Caffe networks.
block bottleneck(width: int, stride: stride = 1, rate: rate = 1, caffe: bool = no)(x) {
  first = if caffe then stride else 1
  second = if caffe then 1 else stride
  residual = x |> conv 1x1 width stride=first bias=no @conv1 |> bn eps=1e-5 @bn1 |> relu
    |> conv 3x3 width stride=second rate=rate pad=rate bias=no @conv2
    |> bn eps=1e-5 @bn2 |> relu
    |> conv 1x1 (4 * width) bias=no @conv3 |> bn eps=1e-5 @bn3
  if stride != 1 or channels(x) != 4 * width {
    shortcut = x |> conv 1x1 (4 * width) stride=stride bias=no @downsample.0
      |> bn eps=1e-5 @downsample.1
  } else {
    shortcut = x
  }
  out = (residual + shortcut) |> relu
}

// Inverted residual (MobileNetV2, figure 4d), torchvision keys conv.0.0 …; the linear
// bottleneck has no activation, the shortcut exists where stride is 1 and widths agree.
block inverted_residual(expand: int, width: int, stride: stride = 1, rate: rate = 1)(x) {
  hidden = expand * channels(x)
  i = if expand == 1 then 0 else 1
  if expand == 1 {
    wide = x
  } else {
    wide = x |> conv 1x1 hidden bias=no @conv.0.0 |> bn eps=1e-5 @conv.0.1 |> relu6
  }
  residual = wide
    |> depthwise stride=stride rate=rate @conv.{i}.0 |> bn eps=1e-5 @conv.{i}.1 |> relu6
    |> conv 1x1 width bias=no @conv.{i+1} |> bn eps=1e-5 @conv.{i+2}
  if stride == 1 and channels(x) == width {
    out = x + residual
  } else {
    out = residual
  }
}

// Squeeze and excitation (Hu et al. 2018, section 3), torchvision keys fc1, fc2;
// MobileNetV3 has gate=hardsigmoid.
block squeeze_excite(squeeze: int, act: activation = relu, gate: activation = sigmoid)(x) {
  weight = x |> avgpool global
    |> conv 1x1 squeeze @fc1 |> act
    |> conv 1x1 channels(x) @fc2 |> gate
  out = x * weight
}

// Convolutional pooling: a learned convolution in the place of a pooling layer
// (Springenberg et al. 2015, section 2); the label of the instance is the layer's own.
block conv_pool(
  kernel: int = 3, stride: stride = 2, bias: bool = yes, act: activation = relu
)(x) {
  pads = (kernel - 1) / 2
  out = x |> conv kernel channels(x) stride=stride pad=pads bias=bias @_ |> act
}

// Two padded 3x3 convolutions with batch norm (U-Net as in milesial/Pytorch-UNet: keys
// double_conv.0, .1, .3, .4).
block double_conv(width: int, middle: int = width)(x) {
  out = x |> conv 3x3 middle bias=no @double_conv.0 |> bn eps=1e-5 @double_conv.1 |> relu
    |> conv 3x3 width bias=no @double_conv.3 |> bn eps=1e-5 @double_conv.4 |> relu
}

// Two unpadded 3x3 convolutions with bias (U-Net, Ronneberger et al. 2015, figure 1).
block double_conv_valid(width: int)(x) {
  out = x |> conv 3x3 width pad=valid @conv1 |> relu
    |> conv 3x3 width pad=valid @conv2 |> relu
}

// Non-local block, embedded Gaussian: softmax over positions of theta(x)·phi(x) (Wang et al.
// 2018, sections 3.2 and 3.3). Keys of AlexHex7/Non-local_pytorch: g, theta, phi, W.0, W.1,
// with subsample=yes g.0 and phi.0; scale is 1 there and in the paper, the inverse root of
// the inner width in facebookresearch/video-nonlocal-net.
block non_local(subsample: bool = no, norm: bool = yes, scale: decimal = 1.0)(x) {
  inner = channels(x) / 2
  queries = x |> conv 1x1 inner @theta
  keys = x |> non_local_projection inner subsample=subsample @phi
  values = x |> non_local_projection inner subsample=subsample @g
  mixed = attend(queries, keys, values, scale=scale, normalize=softmax)
  out = mixed |> non_local_output skip=x norm=norm @_
}

// Non-local block, Gaussian: softmax over positions of x·x (same paper, equation 2); same keys
// without theta and phi.
block non_local_gaussian(subsample: bool = no, norm: bool = yes)(x) {
  inner = channels(x) / 2
  if subsample {
    keys = x |> maxpool 2 ceil_mode=no
  } else {
    keys = x
  }
  values = x |> non_local_projection inner subsample=subsample @g
  mixed = attend(x, keys, values, normalize=softmax)
  out = mixed |> non_local_output skip=x norm=norm @_
}

// Non-local block, dot product: theta(x)·phi(x) over the number of positions (same paper,
// equation 4), same keys.
block non_local_dot(subsample: bool = no, norm: bool = yes, scale: decimal = 1.0)(x) {
  inner = channels(x) / 2
  queries = x |> conv 1x1 inner @theta
  keys = x |> non_local_projection inner subsample=subsample @phi
  values = x |> non_local_projection inner subsample=subsample @g
  mixed = attend(queries, keys, values, scale=scale, normalize=count)
  out = mixed |> non_local_output skip=x norm=norm @_
}

// Non-local block, concatenation: relu(w·[theta(x), phi(x)]) over the number of positions (same
// paper, equation 5). w·[q, k] is the sum of a one-channel map of q and one of k, whose filters
// are the halves of the checkpoint's concat_project.0: with 64 inner channels
//   rename concat_project.theta.weight <- concat_project.0.weight inputs=[0, 64]
//   rename concat_project.phi.weight <- concat_project.0.weight inputs=[64, 128]
block non_local_concatenation(subsample: bool = no, norm: bool = yes)(x) {
  inner = channels(x) / 2
  queries = x |> conv 1x1 inner @theta |> conv 1x1 1 bias=no @concat_project.theta
  keys = x |> non_local_projection inner subsample=subsample @phi
    |> conv 1x1 1 bias=no @concat_project.phi
  values = x |> non_local_projection inner subsample=subsample @g
  mixed = attend(queries, keys, values, normalize=relu_count, combine=add)
  out = mixed |> non_local_output skip=x norm=norm @_
}

// A 1x1 convolution of the non-local block, its map sub-sampled by a 2x2 max pool on request.
block non_local_projection(width: int, subsample: bool = no)(x) {
  if subsample {
    out = x |> conv 1x1 width @0 |> maxpool 2 ceil_mode=no
  } else {
    out = x |> conv 1x1 width @_
  }
}

// The way back to the width of the input, and the residual sum (same paper, equation 6).
block non_local_output(norm: bool = yes)(x, skip) {
  if norm {
    restored = x |> conv 1x1 channels(skip) @W.0 |> bn eps=1e-5 @W.1
  } else {
    restored = x |> conv 1x1 channels(skip) @W
  }
  out = skip + restored
}

"""#
}
