// swift-format-ignore-file
// The literal is the module's file, byte for byte; the library's tests rewrite it.

extension StandardLibrary {
  /// The text of `net/resnet.net`.
  static let resnet = #"""
netc 1
// std.resnet: residual backbones with the stride-4 … stride-32 maps as results c2 … c5.
//
// Strides and rates are those of the classifier; `os=16` or `os=8` on the instance makes it
// dense. There the first unit of a dilated stage keeps the rate before it (torchvision,
// VainF); with `atrous=all` it has the new one (segmentation_models_pytorch, semseg).
use std.blocks

// ResNet-18 (He et al. 2016, table 1), torchvision keys.
block resnet18(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> resnet_stem @_
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=no |> basic_stage 2 64 @layer1
  c3 = c2 |> basic_stage 2 128 stride=2 @layer2
  c4 = c3 |> basic_stage 2 256 stride=2 @layer3
  c5 = c4 |> basic_stage 2 512 stride=2 @layer4
}

// ResNet-34 (same table), torchvision keys.
block resnet34(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> resnet_stem @_
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=no |> basic_stage 3 64 @layer1
  c3 = c2 |> basic_stage 4 128 stride=2 @layer2
  c4 = c3 |> basic_stage 6 256 stride=2 @layer3
  c5 = c4 |> basic_stage 3 512 stride=2 @layer4
}

// ResNet-50 (same table), torchvision keys. grid=[1, 2, 4] is the multi-grid of DeepLabv3,
// section 3.2.1; caffe=yes and ceil_mode=yes are the Caffe original of DeepLabv2.
block resnet50(
  grid: list = [1], caffe: bool = no, ceil_mode: bool = no
)(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> resnet_stem @_
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=ceil_mode
    |> bottleneck_stage 3 64 caffe=caffe @layer1
  c3 = c2 |> bottleneck_stage 4 128 stride=2 caffe=caffe @layer2
  c4 = c3 |> bottleneck_stage 6 256 stride=2 caffe=caffe @layer3
  c5 = c4 |> bottleneck_stage 3 512 stride=2 caffe=caffe grid=grid @layer4
}

// ResNet-101 (same table), torchvision keys, options as resnet50.
block resnet101(
  grid: list = [1], caffe: bool = no, ceil_mode: bool = no
)(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> resnet_stem @_
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=ceil_mode
    |> bottleneck_stage 3 64 caffe=caffe @layer1
  c3 = c2 |> bottleneck_stage 4 128 stride=2 caffe=caffe @layer2
  c4 = c3 |> bottleneck_stage 23 256 stride=2 caffe=caffe @layer3
  c5 = c4 |> bottleneck_stage 3 512 stride=2 caffe=caffe grid=grid @layer4
}

// ResNet-152 (same table), torchvision keys, options as resnet50.
block resnet152(
  grid: list = [1], caffe: bool = no, ceil_mode: bool = no
)(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> resnet_stem @_
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=ceil_mode
    |> bottleneck_stage 3 64 caffe=caffe @layer1
  c3 = c2 |> bottleneck_stage 8 128 stride=2 caffe=caffe @layer2
  c4 = c3 |> bottleneck_stage 36 256 stride=2 caffe=caffe @layer3
  c5 = c4 |> bottleneck_stage 3 512 stride=2 caffe=caffe grid=grid @layer4
}

// ResNet-50 with three 3x3 convolutions as stem, hszhao/semseg keys (layer0.0 …); caffe=yes
// places the strides as hszhao/PSPNet does.
block resnet50_deep(grid: list = [1], caffe: bool = no)(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> deep_stem @layer0
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=no |> bottleneck_stage 3 64 caffe=caffe @layer1
  c3 = c2 |> bottleneck_stage 4 128 stride=2 caffe=caffe @layer2
  c4 = c3 |> bottleneck_stage 6 256 stride=2 caffe=caffe @layer3
  c5 = c4 |> bottleneck_stage 3 512 stride=2 caffe=caffe grid=grid @layer4
}

// ResNet-101 with the deep stem, keys and options as resnet50_deep.
block resnet101_deep(grid: list = [1], caffe: bool = no)(x) -> c1, c2, c3, c4, c5 {
  c1 = x |> deep_stem @layer0
  c2 = c1 |> maxpool 3x3 stride=2 pad=1 ceil_mode=no |> bottleneck_stage 3 64 caffe=caffe @layer1
  c3 = c2 |> bottleneck_stage 4 128 stride=2 caffe=caffe @layer2
  c4 = c3 |> bottleneck_stage 23 256 stride=2 caffe=caffe @layer3
  c5 = c4 |> bottleneck_stage 3 512 stride=2 caffe=caffe grid=grid @layer4
}

// ResNet v1 of TensorFlow's research/deeplab (resnet_v1_beta.py): units [3, 4, 6 or 23, 3], the
// stride in the last unit of all blocks but the last, beta=yes for the deep stem. blocks=5 … 7
// repeats block 4 as the cascade of DeepLabv3 (Chen et al. 2017, section 3.2). low is the decoder's
// feature, unit 2 of block 1 before the sum. Labels are the checkpoint's names: conv1_1,
// block1.unit_1.bottleneck_v1.conv1, .shortcut …
block resnet_v1(
  units: list = [3, 4, 23, 3], grid: list = [1], beta: bool = yes, blocks: int = 4
)(x) -> low, c5 {
  if beta {
    stem = x |> conv_slim 64 stride=2 @conv1_1 |> conv_slim 64 @conv1_2 |> conv_slim 128 @conv1_3
  } else {
    stem = x |> conv_slim 64 kernel=7 stride=2 @conv1
  }
  block1 = stem |> maxpool 3x3 stride=2 pad=1 ceil_mode=no
    |> stage_v1 units[0] 64 stride=2 @block1
  block2 = block1.out |> stage_v1 units[1] 128 stride=2 @block2
  block3 = block2.out |> stage_v1 units[2] 256 stride=2 @block3
  low = block1.tap
  c5 = block3.out |> repeat (blocks - 3) as i (y) {
    step = if i == blocks - 4 then 1 else 2
    stage = y |> stage_v1 units[3] 512 stride=step grid=grid @block{i+4}
    out = stage.out
  }
}

// The first layers, torchvision keys conv1, bn1.
block resnet_stem(x) {
  out = x |> conv 7x7 64 stride=2 pad=3 bias=no @conv1 |> bn eps=1e-5 @bn1 |> relu
}

// Three 3x3 convolutions in the place of the 7x7, semseg keys 0, 1, 3, 4, 6, 7.
block deep_stem(x) {
  out = x |> conv 3x3 64 stride=2 pad=1 bias=no @0 |> bn eps=1e-5 @1 |> relu
    |> conv 3x3 64 bias=no @3 |> bn eps=1e-5 @4 |> relu
    |> conv 3x3 128 bias=no @6 |> bn eps=1e-5 @7 |> relu
}

// Basic units 0, 1, …, the stride in the first.
block basic_stage(units: int, width: int, stride: stride = 1)(x) {
  out = x |> repeat units as i (y) {
    step = if i == 0 then stride else 1
    out = y |> basic width stride=step @{i}
  }
}

// Bottleneck units 0, 1, …, the stride in the first; grid multiplies the rates in turn.
block bottleneck_stage(
  units: int, width: int, stride: stride = 1, grid: list = [1], caffe: bool = no
)(x) {
  out = x |> repeat units as i (y) {
    step = if i == 0 then stride else 1
    r = grid[i % count(grid)]
    out = y |> bottleneck width stride=step rate=r caffe=caffe @{i}
  }
}

// Units unit_1, unit_2, …, the stride in the last; tap is unit 2 before its sum.
block stage_v1(
  units: int, width: int, stride: stride = 1, grid: list = [1]
)(x) -> out, tap {
  chain = x |> repeat units as i (y) {
    step = if i == units - 1 then stride else 1
    r = grid[i % count(grid)]
    unit = y |> bottleneck_v1 width stride=step rate=r @unit_{i+1}.bottleneck_v1
    residual = unit.residual
    out = unit.out
  }
  out = chain
  tap = chain[1].residual
}

// Bottleneck unit of slim's resnet_v1: an identity shortcut is sub-sampled.
block bottleneck_v1(width: int, stride: stride = 1, rate: rate = 1)(x) -> out, residual {
  if channels(x) != 4 * width {
    shortcut = x |> conv_slim (4 * width) kernel=1 stride=stride act=identity @shortcut
  } else if stride != 1 {
    shortcut = x |> maxpool 1 stride=stride ceil_mode=no
  } else {
    shortcut = x
  }
  residual = x |> conv_slim width kernel=1 @conv1
    |> conv_slim width stride=stride rate=rate @conv2
    |> conv_slim (4 * width) kernel=1 act=identity @conv3
  out = (residual + shortcut) |> relu
}

"""#
}
