"""What does a round know about people, how long, and how is that shown to those who must approve it?"""
