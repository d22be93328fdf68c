"""The staff door: plain HTML pages that work on an old phone, without JavaScript or cookies."""
