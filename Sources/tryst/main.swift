print("tryst")
