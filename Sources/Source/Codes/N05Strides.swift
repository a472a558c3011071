extension DiagnosticCode {
  package static let strides: [DiagnosticCode] = [
    nestedOutputStride, unreachableStride, owedDiffers, refusedRetargeting,
    noOutputStrideSetting, unscalableRate, noOutputStride,
  ]

  package static let nestedOutputStride = DiagnosticCode(
    "N0501", "os= inside os=",
    """
    `os=N` belongs to one instance of a block and holds for all layers in it: up to stride N
    strides stay, later ones become rates. A second `os=` inside would ask the same layers for
    two different strides. Leave it to the outermost instance, or to the backbone alone.

    Wrong: block body(x) {
             inner = x |> resnet18 os=8 @inner
             out = inner.c5
           }
           y = image |> body os=16 @body
    Right: block body(x) {
             inner = x |> resnet18 @inner
             out = inner.c5
           }
           y = image |> body os=16 @body
    """)

  package static let unreachableStride = DiagnosticCode(
    "N0502", "output stride out of reach",
    """
    `os=N` keeps strides until the output stride is N and turns the later ones into rates. The
    strides must land on N: a ResNet passes 2, 4, 8, 16 and 32, so 12 is never met, and an input
    that already has stride 4 cannot come back to 2. What is refused here would be a backbone at
    another stride than the one asked for.

    Wrong: body = image |> resnet18 os=12 @backbone
           y = body.c5
    Right: body = image |> resnet18 os=16 @backbone
           y = body.c5
    """)

  package static let owedDiffers = DiagnosticCode(
    "N0503", "joined values owe different strides",
    """
    Inside `os=N` a layer past stride N loses its stride, and the layers behind it get a larger
    rate in exchange. Two values that are joined must have lost the same: otherwise their
    positions mean different places in the image, and no single rate would be right behind the
    join.

    Wrong: block fork(x) {
             out = concat(x |> conv 3x3 64 stride=2 @strided, x |> conv 3x3 64 @kept)
           }
           y = image |> fork os=1 @fork
    Right: block fork(x) {
             out = concat(x |> conv 3x3 64 stride=2 @a, x |> conv 3x3 64 stride=2 @b)
           }
           y = image |> fork os=1 @fork
    """)

  package static let refusedRetargeting = DiagnosticCode(
    "N0504", "output stride cannot be changed here",
    """
    A stride can be turned into a rate where the same weights then compute the same thing, only
    more densely. Layers that depend on their grid do not allow it: `flatten`, the windows of a
    pyramid, upsampling, and strides with ceil_mode or same(tf), whose padding changes with the
    size. Let the instance with `os=` end before such a layer, or use a floor-rounded pool.

    Wrong: block stem(x) {
             out = x |> conv 3x3 64 stride=2 @conv |> maxpool 3 stride=2 ceil_mode=yes
           }
           y = image |> stem os=2 @stem
    Right: block stem(x) {
             out = x |> conv 3x3 64 stride=2 @conv |> maxpool 3 stride=2 pad=1
           }
           y = image |> stem os=2 @stem
    """)

  package static let noOutputStrideSetting = DiagnosticCode(
    "N0505", "--os on a network without os",
    """
    `--os N` is short for `--set os=N`, and `expect … with os=N` sets the same parameter. A
    network without it has no output stride to choose: its strides are what the file says.
    Declare the parameter and hand it to the backbone; trained weights fit at every stride.

    Wrong: network small {
             input image: rgb[H, W]
             output y = image |> maxpool 2
             expect at 33x33 with os=8 { channels(y) == 3 }
           }
    Right: network small(os: int = 16) {
             input image: rgb[H, W]
             body = image |> resnet18 os=os @backbone
             output y = body.c5
           }
    """)

  package static let unscalableRate = DiagnosticCode(
    "N0506", "rate does not scale",
    """
    The rates of `aspp` are stated at output stride 16, as in the papers, and scale with the map
    they meet: 6, 12, 18 become 12, 24, 36 at output stride 8 and see the same part of the
    image. At stride 32 they are halved, and an odd one has no half. Say at which stride the
    rates are meant.

    Wrong: input features: tensor[512, H, W] os=32
           output y = features |> aspp<5, 12, 18> 256 @aspp
    Right: input features: tensor[512, H, W] os=32
           output y = features |> aspp<5, 12, 18 at os 32> 256 @aspp
    """)

  package static let noOutputStride = DiagnosticCode(
    "N0507", "value without output stride",
    """
    The output stride of a map is how many pixels of the image lie between two of its positions.
    It exists where the map grows with the image, and as one number where both axes agree. After
    global pooling or `spp` it is gone; use the map before. An input that is no image states its
    own: `input x: tensor[512, H, W] os=16`.

    Wrong: pooled = image |> avgpool global
           y = pooled |> conv 1x1 (4 * os(pooled))
    Right: features = image |> maxpool 2
           y = features |> avgpool global |> conv 1x1 (4 * os(features))
    """)
}
