import Source
import Testing

import Syntax

/// Texts that several tests share.
enum Texts {
  static let network = """
    netc 1
    // DeepLabv3+ (Chen et al., 2018): ResNet-101 at output stride 16, ASPP, light decoder.
    use std.resnet
    use std.deeplab

    network deeplabv3plus(classes: int = 21, os: int = 16) {
      input image: rgb[H, W] normalize=imagenet
      legend voc

      body   = image   |> resnet101 os=os @backbone
      high   = body.c5 |> aspp<6, 12, 18> 256 @aspp
      scores = high    |> decoder low=body.c2 reduce=48 width=256 @decoder
                       |> conv 1x1 classes @classifier
                       |> resize like=image
      output logits = scores
      output labels = scores |> argmax

      expect at 513x513 with os=16 {
        os(high) == 16
        shape(high) == [256, 33, 33]
        shape(labels) == [513, 513]
      }
    }

    """

  static let block = """
    netc 1
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

    """

  /// Every statement and most forms of expression.
  static let everything = """
    // every form
    netc 1
    use "./shared.net" ; use std.blocks.more

    block stem[bins: int...](act: activation = relu, first: size = 3x3, on: bool = yes) -> c1, c2 {
      c1 = 0 ; c2 = 1
    }
    block gen<a: rate, b: rate... at os 2 * 8>(e: decimal = 1e-5, rows: list = [[1, 2], [3, 4],])(x, y) {
      require a > 0 and not (b in [0, 3]) or x.c != y[0].c
      convention tf
      unused @conv5 conv 4x4 64 from=name
      if on { out = x } else if a < 3 { out = y } else { out = x + y * -2 }
      each row in rows as branch {
        out = x |> conv 3x3 row[0] pad=(0, 1, 0, 1) stride=2x1 @b-{row[1]}_x.{if on then 1 else 2}
      }
      stage = x |> repeat 3 as i (z) {
        pre = z |> relu
        out = pre |> conv 3x3 (8 * i) pad=same(tf)
      } |> power -1 shift=-0.5
      out = (x + y |> relu) + max(stage[1].pre, branch..., scale=2)
    }
    network all(os: int = 8) {
      input image: rgb[H, W] scale=0.5 mean=[1, 2, 3] fit=shorter(520)
      input x: tensor[512, H, W / 2] os=16
      input windows: windows[R]
      legend ["sky", "a \\"quoted\\" road\\n"]
      weights "x.pth" source="https://example.org/x.pth"
      rename a.*.b <- c.*.b layout=HWIO
      rename head.* <- xception/entry_flow.*/weights
      ignore aux_classifier.*
      weights2 = image |> gen<6, 12 at os os> 256 @_ // trailing
      v = weights2
        // between
        |> spp[4, 2, 1] rule=paper
        |> resize 0.5x mode=nearest

      // own line
      at = if os == 8 then v else v |> relu
      output labels = at |> argmax
      expect error N0312 at 350x525 with os=8
      expect output "in.ppm" -> "out.pgm"
      expect at 513x513 with os=16, classes=3 { os(at) == 16 ; params > 1_000
        macs in [1, 2] }
      expect { params == 5 }
    }

    """

  static func parsed(_ text: String) -> ParsedFile { parsed(Array(text.utf8)) }

  static func parsed(_ bytes: [UInt8]) -> ParsedFile {
    parse(SourceFile(path: "test.net", bytes: bytes), id: SourceID(index: 0))
  }

  /// A body of a network around statements.
  static func body(_ statements: String) -> ParsedFile {
    parsed("netc 1\nnetwork n {\n\(statements)\n}\n")
  }

  /// The codes and lines of the findings.
  static func findings(_ parsed: ParsedFile) -> [String] {
    parsed.diagnostics.all.map { diagnostic in
      let line = diagnostic.span.map { parsed.tree.file.position(of: $0.lower).line } ?? 0
      return "\(diagnostic.code.id):\(line)"
    }
  }

  static func rendered(_ parsed: ParsedFile) -> String {
    var sources = SourceMap()
    _ = sources.add(parsed.tree.file)
    return DiagnosticRenderer(sources: sources).render(parsed.diagnostics)
  }
}

extension Texts {
  /// The texts of the tokens that mean something.
  static func words(_ tree: SyntaxTree) -> [String] {
    tree.tokens.filter { !$0.kind.isTrivia && $0.kind != .terminator }.map(tree.text)
  }

  static func comments(_ tree: SyntaxTree) -> [String] {
    tree.tokens.filter { $0.kind == .comment }.map { token in
      String(tree.text(of: token).reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
  }

  /// Formatting keeps words, comments and syntax, and is done after one time.
  static func checkFormat(_ before: ParsedFile, sourceLocation: SourceLocation = #_sourceLocation) {
    guard let text = format(before) else {
      Issue.record("refused to format", sourceLocation: sourceLocation)
      return
    }
    let after = parsed(text)
    let original = String(decoding: before.tree.bytes, as: UTF8.self)
    #expect(
      after.diagnostics.isEmpty, "\(original)\n---\n\(text)\n\(rendered(after))",
      sourceLocation: sourceLocation)
    #expect(
      words(after.tree) == words(before.tree), "\(original)\n---\n\(text)",
      sourceLocation: sourceLocation)
    #expect(comments(after.tree) == comments(before.tree), sourceLocation: sourceLocation)
    #expect(
      after.tree.describeSyntax() == before.tree.describeSyntax(), "\(original)\n---\n\(text)",
      sourceLocation: sourceLocation)
    #expect(format(after) == text, "\(original)\n---\n\(text)", sourceLocation: sourceLocation)
  }
}
