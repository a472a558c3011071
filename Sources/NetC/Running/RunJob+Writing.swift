import Formats
import Source
import Tensors

extension RunJob {
  /// A result, or the one mask of it, as a file.
  func content(
    of result: Tensor, _ masks: [Mask], _ content: InputContent, _ fit: Fit?, _ path: String,
    as target: Destination
  ) throws(Diagnostic) -> OutputContent {
    if target.kind == .npy { return ArrayFile.content(result, type) }
    guard masks.count == 1 else { throw .severalImages(path, masks.count) }
    do {
      return .bytes(try pictureBytes(masks[0], content, fit, path, as: target.kind))
    } catch let finding as Diagnostic {
      throw finding
    } catch let error as FormatError {
      throw .unwritable(target.path, error)
    } catch {
      throw Diagnostic(.unwritableOutput, "\(error)", path: target.path)
    }
  }

  private func pictureBytes(
    _ mask: Mask, _ content: InputContent, _ fit: Fit?, _ path: String, as kind: OutputKind
  ) throws -> [UInt8] {
    guard isOverlay else { return try MaskPicture.bytes(mask, palette, as: kind) }
    guard case .picture(let picture) = content, let fit else { throw Diagnostic.noPicture(path) }
    let whole =
      mask.height == picture.height && mask.width == picture.width ? mask : fit.stretched(mask)
    let drawn = MaskPicture.overlay(picture, whole, palette)
    return kind == .png ? try PNGWriter.bytes(drawn) : NetpbmWriter.bytes(drawn)
  }
}

extension Diagnostic {
  fileprivate static func severalImages(_ path: String, _ count: Int) -> Diagnostic {
    Diagnostic(
      .unwritableOutput, "a mask is of one image, this input has \(count)", path: path,
      help: "write the labels as .npy: `-o labels.npy`")
  }

  fileprivate static func noPicture(_ path: String) -> Diagnostic {
    Diagnostic(
      .wrongInputs, "`--overlay` draws over a picture, this is an array", path: path,
      help: "give the picture, or leave `--overlay` out")
  }

  /// An output file that could not be written, or needs a library to be.
  package static func unwritable(_ path: String, _ error: FormatError) -> Diagnostic {
    if case .missingLibrary = error.kind {
      return Diagnostic(.missingLibrary, error.description, path: path)
    }
    return Diagnostic(.unwritableOutput, error.description, path: path)
  }
}
